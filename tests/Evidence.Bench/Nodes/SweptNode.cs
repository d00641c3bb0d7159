using System.Text.Json.Nodes;
using Evidence.Bench.Corpora;
using Evidence.Bench.Goals;
using Evidence.Bench.Load;
using Evidence.Client;
using Evidence.V1;

namespace Evidence.Bench.Nodes;

/// <summary>A node that holds a corpus, anchored, and is asked to sweep it.</summary>
internal sealed class SweptNode : IAsyncDisposable
{
    private const int WarmUps = 12;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly BenchContext _context;
    private EvidenceClient _client;
    private readonly Corpus _corpus;
    private readonly CorpusPlan _plan;

    private SweptNode(BenchContext context, BenchNode node, EvidenceClient client, CorpusPlan plan, Corpus corpus) =>
        (_context, Node, _client, _plan, _corpus) = (context, node, client, plan, corpus);

    /// <summary>The node.</summary>
    internal BenchNode Node { get; }

    /// <summary>The files of its volumes.</summary>
    internal IReadOnlyList<string> Volumes => [.. Directory.GetFiles(Path.Combine(Directory.GetDirectories(Path.Combine(Node.Data, "logs")).Single(), "volumes")).Order(StringComparer.Ordinal)];

    /// <summary>Fills a node and lets it sweep until all of it is anchored and the code of the sweep is compiled.</summary>
    /// <param name="context">The run.</param>
    /// <param name="plan">What it holds.</param>
    /// <param name="folder">Folder of its data; null: one on the run's own file system.</param>
    /// <param name="ct">Gives up.</param>
    internal static async Task<SweptNode> FillAsync(BenchContext context, CorpusPlan plan, string? folder, CancellationToken ct)
    {
        var corpus = await context.CorpusAsync(plan, ct);
        var node = await BenchNode.StartAsync(context, $"sweeps of corpus {plan.Name}", ct, folder: folder);
        var client = node.Connect();
        var swept = new SweptNode(context, node, client, plan, corpus);
        try
        {
            await FolderIngest.RunAsync(client, corpus, ct);
            for (var warm = 0; warm < WarmUps; warm += await swept.TryAsync(ct) is null ? 0 : 1) await Task.Delay(warm == 0 ? Pause : TimeSpan.Zero, context.Time, ct);
            return swept;
        }
        catch
        {
            await swept.DisposeAsync();
            throw;
        }
    }

    /// <summary>A sweep, and how many seconds it took as its caller sees it.</summary>
    /// <exception cref="NotMeasuredException">It did not check everything, or found something.</exception>
    internal async Task<(Sweep Sweep, double Seconds)> SweepAsync(CancellationToken ct) =>
        await TryAsync(ct) ?? throw new NotMeasuredException("a sweep did not find everything in order");

    /// <summary>A sweep beside which records are filed: those that came meanwhile it may not have seen.</summary>
    /// <exception cref="NotMeasuredException">It did not end well.</exception>
    internal async Task SweepOnceAsync(CancellationToken ct)
    {
        var (sweep, _) = await RunAsync(ct);
        if (sweep.Outcome != Outcome.Intact) throw new NotMeasuredException($"a sweep did not find everything in order: {sweep.Outcome}");
    }

    /// <summary>A further client.</summary>
    internal EvidenceClient Connect() => Node.Connect();

    /// <summary>Starts the node again with another configuration.</summary>
    internal async Task ConfigureAsync(Action<JsonObject> change, CancellationToken ct)
    {
        await _client.DisposeAsync();
        await Node.StopAsync(ct);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Node.Process.Files.Config, ct))!.AsObject();
        change(json);
        await File.WriteAllTextAsync(Node.Process.Files.Config, json.ToJsonString(), ct);
        await Node.RestartAsync($"sweeps of corpus {_plan.Name} beside ingest", ct);
        _client = Node.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await Node.DisposeAsync();
    }

    private async Task<(Sweep, double)?> TryAsync(CancellationToken ct)
    {
        var (last, seconds) = await RunAsync(ct);
        if (last.Outcome == Outcome.Intact && last.RecordsChecked >= _corpus.Files.Count && last.CacheExcluded) return (last, seconds);
        _context.Say($"{last.Sweep_}: {last.Outcome}, {last.RecordsChecked} records{(last.Findings.Count > 0 ? ", " + last.Findings[0].Message : "")} {last.Error}");
        return null;
    }

    private async Task<(Sweep Sweep, double Seconds)> RunAsync(CancellationToken ct)
    {
        var last = new Sweep();
        var seconds = await _context.SecondsAsync(async () => last = await SweepCall.RunAsync(_client, ct));
        return (last, seconds);
    }
}
