using System.Collections.Concurrent;
using System.Text;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Storage;
using Evidence.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Faults;

/// <summary>
/// The whole way of records into storage, on a <see cref="SimulatedDisk"/>: single ones, a batch, a large one that is staged, a volume that is closed, a tile that becomes full, checkpoints, proof files, a mirror.
/// Notes what was acknowledged, whatever goes wrong on the way.
/// </summary>
internal sealed class IngestRun : IAsyncDisposable
{
    private const int Large = 20_000;
    private const int OneAndAHalfBatches = 14_000; // the first volume is closed within the second batch
    private static readonly string[] Folders = ["own", "mirror"];

    // In memory where that is possible: nothing here rests on what the machine's own disk does.
    internal static readonly string Root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly string _folder = Path.Combine(Root, "evidence-faults-" + Guid.NewGuid().ToString("N"));
    private int _numbers;
    private int _entries;
    private bool _isLater;
    private long _volumeBytes;

    private IngestRun(SimulatedDisk disk) => Disk = disk;

    internal SimulatedDisk Disk { get; }

    /// <summary>Everything that was ever handed in, by its number: nothing else may ever be seen.</summary>
    internal Dictionary<RecordId, (Seal Seal, byte[] Content)> Sent { get; } = [];

    internal ConcurrentDictionary<RecordId, Appended> Acknowledged { get; } = [];

    /// <summary>Checkpoints that were handed out, by folder.</summary>
    internal Dictionary<string, List<Checkpoint>> Published { get; } = Folders.ToDictionary(f => f, _ => new List<Checkpoint>());

    internal List<byte[]> Proven { get; } = [];

    /// <summary>Bytes of volumes that the mirror has acknowledged.</summary>
    internal Dictionary<uint, long> Mirrored { get; } = [];

    internal LogStore Own { get; private set; } = null!;

    internal LogStore Mirror { get; private set; } = null!;

    private RecordAppender? Appender { get; set; }

    /// <summary>A run that goes on from another's end, or begins with nothing.</summary>
    internal static IngestRun Create(SimulatedDisk disk, IngestRun? before = null, long volumeBytes = OneAndAHalfBatches)
    {
        var run = new IngestRun(disk) { _numbers = before?._numbers ?? 0, _isLater = before is not null, _volumeBytes = before?._volumeBytes ?? volumeBytes };
        Directory.CreateDirectory(run._folder);
        if (before is null) return run;
        foreach (var (id, sent) in before.Sent) run.Sent.Add(id, sent);
        foreach (var folder in Folders.Where(f => Directory.Exists(before.FolderOf(f)))) TestFiles.Copy(before.FolderOf(folder), run.FolderOf(folder));
        return run;
    }

    /// <summary>What another run has left, with all that was acknowledged in it.</summary>
    internal static IngestRun CopyOf(IngestRun left, SimulatedDisk disk)
    {
        var run = Create(disk, left);
        (run._isLater, run._entries) = (left._isLater, left._entries);
        foreach (var (id, appended) in left.Acknowledged) run.Acknowledged[id] = appended;
        foreach (var folder in Folders) run.Published[folder].AddRange(left.Published[folder]);
        foreach (var (volume, length) in left.Mirrored) run.Mirrored.Add(volume, length);
        run.Proven.AddRange(left.Proven);
        if (Directory.Exists(left.OldIndex)) TestFiles.Copy(left.OldIndex, run.OldIndex);
        return run;
    }

    /// <summary>Does all of it, going on past whatever fails. A run that goes on from another is short: a tile becomes full in it.</summary>
    internal async Task RunAsync()
    {
        if (!await TryOpenAsync()) return;
        await BatchAsync();
        await PublishAsync();
        await ProveAsync();
        if (_isLater) return;
        await MirrorAsync();
        KeepOldIndex();
        await AppendAsync(Large);
        await BatchAsync();
        await PublishAsync();
        await ProveAsync();
        await MirrorAsync();
    }

    /// <summary>Opens the logs; false when that failed.</summary>
    internal Task<bool> TryOpenAsync() => TryAsync(OpenAsync);

    internal async Task OpenAsync()
    {
        Own = await OpenAsync("own");
        Mirror = await OpenAsync("mirror");
        Appender = new RecordAppender(Own);
        await Appender.VolumesClosed;
    }

    /// <summary>As little of an orderly end as a kill allows: what the process held is let go, and nothing is written.</summary>
    internal async Task AbandonAsync()
    {
        Disk.Kill();
        if (Appender is not null) await Appender.DisposeAsync();
        if (Own is not null) await Own.DisposeAsync();
        if (Mirror is not null) await Mirror.DisposeAsync();
        (Appender, Own, Mirror) = (null, null!, null!);
    }

    internal Task AppendAsync(int size = 300) => TryAsync(() => AppendAsync(new RecordId(new Guid(_numbers++, 0, 7, [1, 2, 3, 4, 5, 6, 7, 8])), size));

    internal Task PublishAsync() => TryAsync(async () => Published["own"].Add(Checkpoint.Parse((await Own.PublishAsync(TestLog.Signer, CancellationToken.None)).Text)));

    internal Task ProveAsync() => TryAsync(async () =>
    {
        var entry = Encoding.ASCII.GetBytes($"{{\"entry\":{_entries++}}}");
        await Own.Anchors.AppendAsync(entry, CancellationToken.None);
        Proven.Add(entry);
    });

    /// <summary>Copies what the own log has more, in pieces that cut through records, and its checkpoint.</summary>
    internal Task MirrorAsync() => TryAsync(async () =>
    {
        foreach (var volume in Own.Volumes) await MirrorAsync(volume);
        if (Own.Checkpoint is not { } note) return;
        await Mirror.PublishAsync(note, CancellationToken.None);
        Published["mirror"].Add(Checkpoint.Parse(note.Text));
    });

    /// <summary>Replaces the index of the own log by an older copy, or by none.</summary>
    internal void LoseIndex(bool all)
    {
        if (all || Directory.Exists(OldIndex)) TestFiles.Delete(FolderOf("own/index"));
        if (!all && Directory.Exists(OldIndex)) TestFiles.Copy(OldIndex, FolderOf("own/index"));
    }

    internal string FolderOf(string name) => Path.Combine(_folder, name);

    public async ValueTask DisposeAsync()
    {
        await AbandonAsync();
        TestFiles.Delete(_folder);
    }

    private string OldIndex => Path.Combine(_folder, "old-index");

    private LogStoreOptions Options => new() { VolumeBytes = _volumeBytes, BufferBytes = 8_000, Medium = Disk };

    private Task<LogStore> OpenAsync(string folder) =>
        LogStore.OpenAsync(FolderOf(folder), TestLog.Origin, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), Options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    // The first is held up in its sync until the others wait: those are one group then.
    private async Task BatchAsync()
    {
        var hold = Disk.HoldSync = new SimulatedDisk.Hold();
        var first = AppendAsync();
        await Task.WhenAny(first, hold.Reached);
        Task[] others = [AppendAsync(), AppendAsync(2_000), AppendAsync(0)];
        hold.LetGo();
        await Task.WhenAll([first, .. others]);
        await Appender!.VolumesClosed;
    }

    private async Task AppendAsync(RecordId id, int size)
    {
        var (seal, content) = Note(id, TestLog.Content(id.GetHashCode(), size));
        await using var staged = Appender!.Begin(id);
        await staged.BeginPartAsync("c0001", PartRole.Content, 0, CancellationToken.None);
        await staged.WriteAsync(content, CancellationToken.None);
        await staged.EndPartAsync();
        Acknowledged[id] = await Appender.AppendAsync(staged, seal, CancellationToken.None);
    }

    private (Seal Seal, byte[] Content) Note(RecordId id, byte[] content) =>
        Sent[id] = (new Seal(id, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123), "tester", [new SealPart("c0001", PartRole.Content, content.Length, Digest.Of(content))]), content);

    private async Task MirrorAsync(VolumeState volume)
    {
        const int Piece = 5_000;
        var at = MirroredOf(volume.Number);
        for (var length = Piece; !at.Closed && at.DurableLength < volume.DurableLength; at = MirroredOf(volume.Number), length += Piece)
        {
            var rest = volume.DurableLength - at.DurableLength;
            var bytes = new byte[Math.Min(rest, length)];
            await using (var source = Own.ReadVolume(volume.Number, at.DurableLength, bytes.Length)) await source.ReadExactlyAsync(bytes);
            var mirrored = await new MirrorWriter(Mirror).AppendAsync(volume.Number, at.DurableLength, bytes, volume.Closed && bytes.Length == rest, CancellationToken.None);
            if (mirrored > 0) Mirrored[volume.Number] = mirrored;
        }
    }

    private VolumeState MirroredOf(uint volume) => Mirror.Volumes.FirstOrDefault(v => v.Number == volume) ?? new VolumeState(volume, 0, false);

    // LevelDB's files only grow or are made anew, so a copy of the open ones is what a kill would leave.
    private void KeepOldIndex()
    {
        if (!Disk.IsOff) TestFiles.Copy(FolderOf("own/index"), OldIndex);
    }

    private static async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            return false; // the fault, or a refusal after it
        }
    }
}
