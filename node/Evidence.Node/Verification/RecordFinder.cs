using Evidence.Core;
using Evidence.Node.Logs;
using Evidence.Storage;
using Evidence.Storage.LevelDb;

namespace Evidence.Node.Verification;

/// <summary>
/// Finds records. The index leads the way and is no evidence: where it leads to something else, or cannot be read, the volumes are walked,
/// so that a damaged index never makes an intact record look altered.
/// </summary>
internal sealed class RecordFinder(NodeLogs logs)
{
    /// <summary>The record and the log that holds it; null when no log knows it.</summary>
    /// <exception cref="IOException">The volume is missing or cannot be read.</exception>
    internal async Task<(LogStore Log, StoredRecord Record)?> FindAsync(RecordId record, CancellationToken ct)
    {
        foreach (var log in logs.All)
            if (await FindAsync(log, record, ct) is { } found) return (log, found);
        return null;
    }

    private static async Task<StoredRecord?> FindAsync(LogStore log, RecordId record, CancellationToken ct)
    {
        StoredRecord? indexed;
        try
        {
            if (log.Find(record) is not { } place) return null;
            indexed = await log.ReadRecordAsync(place, ct);
        }
        catch (LevelDbException)
        {
            return await WalkAsync(log, record, ct);
        }
        return indexed.Seal?.Record == record ? indexed : await WalkAsync(log, record, ct) ?? indexed;
    }

    private static async Task<StoredRecord?> WalkAsync(LogStore log, RecordId record, CancellationToken ct)
    {
        foreach (var volume in log.Volumes)
        {
            using var source = log.OpenVolume(volume.Number, fromMedium: false);
            var walk = new VolumeWalk(volume.Number, log.Origin) { HashContent = false };
            await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
                if (item.Record?.Id == record) return await log.ReadRecordAsync(item.Record.Place, ct);
        }
        return null;
    }
}
