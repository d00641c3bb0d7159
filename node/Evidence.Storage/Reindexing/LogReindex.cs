using System.Threading.Channels;
using Evidence.Core.Hashing;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Tree;

namespace Evidence.Storage.Reindexing;

/// <summary>
/// Makes index and tiles of a log anew from its volumes alone, in a folder beside them. Nothing of the log changes before <see cref="RebuiltLog.Install"/>: whatever ends it before, a crash too, leaves the log as it was and a folder that the next reindexing removes.
/// The caller holds the data folder: the log must not be open.
/// </summary>
public static class LogReindex
{
    private const int BatchesAhead = 16;

    /// <summary>Reads every volume, all processors at work, and builds.</summary>
    /// <param name="folder">The log's folder.</param>
    /// <param name="keys">The log's keys.</param>
    /// <param name="time">The clock, for names in the quarantine.</param>
    /// <param name="progress">Is told how far it is, from any thread.</param>
    /// <param name="ct">Ends it; what was built beside is removed.</param>
    /// <exception cref="StorageException">There is no room, or a file beside the log cannot be written. The log is as it was.</exception>
    /// <exception cref="HashesDifferException">The two ways of hashing differ: this machine cannot be trusted with the work. The log is as it was.</exception>
    /// <exception cref="IOException">A volume cannot be opened.</exception>
    public static Task<RebuiltLog> BuildAsync(string folder, LogKeyHistory keys, TimeProvider time, IProgress<ReindexProgress> progress, CancellationToken ct) =>
        BuildAsync(folder, keys, BulkSha256.Best, DiskMedium.Instance, time, progress, ct);

    internal static async Task<RebuiltLog> BuildAsync(string folder, LogKeyHistory keys, BulkSha256 by, IMedium medium, TimeProvider time, IProgress<ReindexProgress> progress, CancellationToken ct)
    {
        var files = new LogFolder(folder);
        var beside = RebuildFolder.Begin(files, medium, new Quarantine(files.Quarantine, medium, time));
        var spills = new List<SealSpill>();
        try
        {
            var findings = await ReadVolumesAsync(files, keys.Origin, beside, spills, progress, ct);
            var tree = new LogTree(beside.TileFiles, by);
            var total = spills.Sum(s => s.Count);
            if (new TreeGrowth(tree, new ProgressCount(progress, keys.Origin, ReindexStage.Tree, total, ProgressCount.Leaves)).Grow(SpilledSeals.InOrder(spills), ct) is { } gap) findings.Add(gap);
            return RebuiltLog.Compare(new RebuiltParts(files, keys, beside, tree, spills, progress), findings, medium, time, ct);
        }
        catch (Exception e)
        {
            foreach (var spill in spills) spill.Dispose();
            beside.Remove();
            if (e is LevelDbException) throw new StorageException($"The new index of {keys.Origin} could not be written: {e.Message} The log is as it was.", e);
            throw;
        }
    }

    private static async Task<List<Finding>> ReadVolumesAsync(LogFolder files, string origin, RebuildFolder beside, List<SealSpill> spills, IProgress<ReindexProgress> progress, CancellationToken ct)
    {
        var volumes = Volumes(files).OrderBy(v => v.Number).ToList();
        foreach (var (_, number) in volumes) spills.Add(beside.NewSpill(number));
        var count = new ProgressCount(progress, origin, ReindexStage.Volumes, volumes.Sum(v => new FileInfo(v.Path).Length), ProgressCount.Bytes);
        var channel = Channel.CreateBounded<ReadRecords>(BatchesAhead);
        var readings = volumes.Select((v, i) => new VolumeReading(v.Path, v.Number, origin, spills[i], channel.Writer, count)).ToList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var filling = Task.Run(() => FillAsync(beside.Index, channel.Reader, stop), CancellationToken.None);
        try
        {
            await Parallel.ForEachAsync(readings, new ParallelOptions { CancellationToken = stop.Token, MaxDegreeOfParallelism = Environment.ProcessorCount }, async (reading, token) => await reading.RunAsync(token));
        }
        finally
        {
            channel.Writer.Complete();
            await filling; // its failure is the cause of the other's end
        }

        return [.. readings.SelectMany(r => r.Findings)];
    }

    private static async Task FillAsync(string folder, ChannelReader<ReadRecords> batches, CancellationTokenSource stop)
    {
        try
        {
            using var index = RecordIndex.Open(folder);
            await foreach (var batch in batches.ReadAllAsync(stop.Token)) index.Add(batch.Records, batch.State);
        }
        catch
        {
            await stop.CancelAsync(); // nobody takes batches any more
            throw;
        }
    }

    private static IEnumerable<(string Path, uint Number)> Volumes(LogFolder files)
    {
        if (!Directory.Exists(files.Volumes)) yield break;
        foreach (var path in Directory.EnumerateFiles(files.Volumes))
            if (VolumeName.TryParseFile(Path.GetFileName(path), out var number)) yield return (path, number);
    }
}
