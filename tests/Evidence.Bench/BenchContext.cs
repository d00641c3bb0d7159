using Evidence.Bench.Corpora;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;

namespace Evidence.Bench;

/// <summary>What the goals of one run share: the folder for all data, the corpora, and what became known of the nodes.</summary>
/// <param name="folder">Folder for all data of the run, on one file system; removed at the end.</param>
/// <param name="rounds">How often each pair is measured.</param>
/// <param name="time">Measures.</param>
/// <param name="say">Tells people how far it is.</param>
internal sealed class BenchContext(string folder, int rounds, TimeProvider time, Action<string> say) : IAsyncDisposable
{
    private readonly Dictionary<string, Corpus> _corpora = [];
    private readonly List<string> _discarded = [];
    private MillionNode? _million;
    private int _folders;

    /// <summary>How often each pair is measured.</summary>
    internal int Rounds => rounds;

    internal TimeProvider Time => time;

    /// <summary>Tells people how far it is.</summary>
    internal Action<string> Say => say;

    /// <summary>Every node that ran, in order.</summary>
    internal List<NodeRun> NodeRuns { get; } = [];

    /// <summary>A folder that is not there yet, for one side of one round: files are made in fresh folders.</summary>
    internal string FreshPath(string purpose) => Path.Combine(folder, $"{++_folders:d3}-{purpose}");

    /// <summary>As <see cref="FreshPath"/>, and makes it.</summary>
    internal string FreshFolder(string purpose) => Directory.CreateDirectory(FreshPath(purpose)).FullName;

    /// <summary>The files of a plan; made once in a run.</summary>
    internal async Task<Corpus> CorpusAsync(CorpusPlan plan, CancellationToken ct)
    {
        if (_corpora.TryGetValue(plan.Name, out var made)) return made;
        say($"making corpus {plan.Name}: {plan.Count:N0} files");
        var corpus = await Corpus.WriteAsync(plan, FreshFolder($"corpus-{plan.Name}"), ct);
        return _corpora[plan.Name] = corpus;
    }

    /// <summary>The node with a million records; filled once in a run, then stopped.</summary>
    internal async Task<MillionNode> MillionNodeAsync(CancellationToken ct) => _million ??= await MillionNode.FillAsync(this, ct);

    /// <summary>Marks a folder of few and large files as no longer needed. It goes with <see cref="RemoveDiscarded"/>: not now, when the next side may be measured.</summary>
    internal void Discard(string path) => _discarded.Add(path);

    /// <summary>Removes what was discarded. To be called before a round, never between the sides of one.</summary>
    internal void RemoveDiscarded()
    {
        foreach (var path in _discarded) Directory.Delete(path, recursive: true);
        _discarded.Clear();
    }

    /// <summary>Waits until nothing is left to be written that an earlier side wrote, and until the disk has nothing to do.</summary>
    internal async Task SettleAsync(CancellationToken ct)
    {
        await PeerProcess.RunAsync("sync", [], ct);
        await DiskActivity.WaitForQuietAsync(time, ct);
    }

    /// <summary>Seconds that something takes.</summary>
    internal async Task<double> SecondsAsync(Func<Task> work)
    {
        var started = time.GetTimestamp();
        await work();
        return time.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        if (_million is not null) await _million.DisposeAsync();
        _million = null;
    }
}
