using Evidence.Core;
using Evidence.Core.Verification;
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

    /// <summary>A record of which nothing is left but its place: the file of its volume is gone.</summary>
    internal (LogStore Log, StoredRecord Record)? FindLost(RecordId record)
    {
        foreach (var log in logs.All)
            if (log.Find(record) is { } place)
            {
                var finding = new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Seal, $"volume {place.Volume}", $"The file of volume {place.Volume}, in which the record lies, is not there.");
                return (log, new StoredRecord(record, place.Leaf, place, [], null, [], [finding]));
            }

        return null;
    }

    private static async Task<StoredRecord?> FindAsync(LogStore log, RecordId record, CancellationToken ct)
    {
        Place? place = null;
        StoredRecord? indexed;
        try
        {
            if ((place = log.Find(record)) is not { } there) return null;
            indexed = await log.ReadRecordAsync(there, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && log.Volumes.All(volume => volume.Number != place?.Volume))
        {
            return await WalkAsync(log, record, ct); // the index names a volume that there never was
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
            if (await WalkAsync(log, volume.Number, record, ct) is { } place) return await log.ReadRecordAsync(place, ct);
        return null;
    }

    private static async Task<Place?> WalkAsync(LogStore log, uint volume, RecordId record, CancellationToken ct)
    {
        try
        {
            using var source = log.OpenVolume(volume, fromMedium: false);
            await foreach (var item in VolumeWalker.WalkAsync(source, new VolumeWalk(volume, log.Origin) { HashContent = false }, ct))
                if (item.Record?.Id == record) return item.Record.Place;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // the record may be in another one
        }

        return null;
    }
}
