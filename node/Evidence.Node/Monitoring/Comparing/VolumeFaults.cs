using Evidence.Core.Events;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;
using Evidence.Storage.LevelDb;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Turns what a scan saw, and what the judged tree makes of it, into faults of volumes.</summary>
internal static class VolumeFaults
{
    internal static void AddTo(LogSweep sweep, VolumeScan scan)
    {
        foreach (var volume in scan.Missing) sweep.Add(Missing(sweep, volume));
        var changed = ChangedSeals(sweep).ToList();
        var absent = AbsentRecords(sweep, scan, changed, out var unplaced).ToList();
        foreach (var range in DamagedRange.Merge([.. scan.Damaged, .. changed, .. absent])) sweep.Add(Damaged(sweep, range));
        if (unplaced.Count > 0) sweep.Add(Unplaced(sweep, unplaced));
        if (sweep.Leaves.Duplicates.Count > 0) sweep.Add(Duplicated(sweep));
        sweep.Unsound = Unsound(sweep, scan);
    }

    private static IReadOnlyList<LeafRange> Unsound(LogSweep sweep, VolumeScan scan)
    {
        var differing = sweep.Leaves.Differing.Where(seen => sweep.Tree.Leaf(seen.Key) != seen.Value.Hash).Select(static seen => seen.Key);
        return LeafRange.Merge(scan.DamagedLeaves.Concat(differing).Concat(sweep.Leaves.Missing()).Select(static leaf => new LeafRange(leaf, leaf + 1)));
    }

    private static Fault Damaged(LogSweep sweep, DamagedRange range) => new(
        Causes.VolumeDamaged(sweep.Origin, range.Volume, range.Offset), sweep.Origin,
        $"Volume {range.Volume} of '{sweep.Origin}' is damaged in the {range.Length} bytes from byte {range.Offset}: {range.Findings[0].Message}",
        range.Findings, RemedyOf(sweep.Store, range));

    /// <summary>A file that has grown cannot be mended in place: no copy holds a range that goes beyond the volume's end.</summary>
    private static Remedy RemedyOf(LogStore store, DamagedRange range) =>
        range.End > store.Volumes.First(volume => volume.Number == range.Volume).DurableLength
            ? new Remedy.WholeVolume(range.Volume)
            : new Remedy.VolumeRange(range.Volume, range.Offset, range.Length);

    private static Fault Missing(LogSweep sweep, uint volume)
    {
        var finding = new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, $"volume {volume}", $"The file of volume {volume} is not there.");
        return new Fault(Causes.VolumeMissing(sweep.Origin, volume), sweep.Origin, $"Volume {volume} of '{sweep.Origin}' is missing.", [finding], new Remedy.WholeVolume(volume));
    }

    /// <summary>Records that are well formed, and whose seal is not the leaf that the log holds.</summary>
    private static IEnumerable<DamagedRange> ChangedSeals(LogSweep sweep)
    {
        foreach (var (leaf, seen) in sweep.Leaves.Differing)
        {
            if (sweep.Tree.Leaf(leaf) is not { } expected || expected == seen.Hash) continue;
            var finding = new Finding(FindingCodes.SealChanged, Severity.Error, Layer.Seal, $"leaf {leaf}",
                $"The seal in volume {seen.Place.Volume} is not the one that is leaf {leaf} of the log.", expected.ToString(), seen.Hash.ToString());
            yield return new DamagedRange(seen.Place.Volume, (long)seen.Place.Offset, (long)seen.Place.Length, [finding]);
        }
    }

    /// <summary>Leaves that no seal in the volumes stands for, where the index knows their place. Those in damage that is known already need no mention.</summary>
    private static List<DamagedRange> AbsentRecords(LogSweep sweep, VolumeScan scan, List<DamagedRange> changed, out List<ulong> unplaced)
    {
        var absent = new List<DamagedRange>();
        unplaced = [];
        DamagedRange[] known = [.. scan.Damaged, .. changed];
        foreach (var leaf in sweep.Leaves.Missing())
        {
            if (PlaceOf(sweep.Store, leaf) is not { } place)
            {
                if (scan.IsSound) unplaced.Add(leaf);
                continue;
            }
            if (scan.Missing.Contains(place.Volume)) continue;
            if (known.Any(range => range.Covers(place.Volume, (long)place.Offset))) continue;
            var finding = new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, $"leaf {leaf}",
                $"The record of leaf {leaf} is not where the index says, in volume {place.Volume} at byte {place.Offset}.");
            absent.Add(new DamagedRange(place.Volume, (long)place.Offset, (long)place.Length, [finding]));
        }
        return absent;
    }

    private static Place? PlaceOf(LogStore store, ulong leaf)
    {
        try
        {
            return store.FindLeaf(leaf)?.Place;
        }
        catch (LevelDbException)
        {
            return null; // the index is compared after the volumes are mended
        }
    }

    private static Fault Unplaced(LogSweep sweep, List<ulong> leaves)
    {
        var findings = leaves.Take(Alert.MaxFindings).Select(leaf => new Finding(
            FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, $"leaf {leaf}", $"No volume holds the record of leaf {leaf}, which the log's checkpoint covers."));
        return new Fault(Causes.LeavesMissing(sweep.Origin), sweep.Origin,
            $"{LogSweeper.Count(leaves.Count, "record")} that the checkpoint of '{sweep.Origin}' covers are in no volume.", [.. findings], new Remedy.CatchUp());
    }

    private static Fault Duplicated(LogSweep sweep)
    {
        var findings = sweep.Leaves.Duplicates.Select(leaf => new Finding(
            FindingCodes.VolumeUnexpected, Severity.Error, Layer.Storage, $"leaf {leaf.Key}",
            $"Leaf {leaf.Key} stands a second time in volume {leaf.Value.Volume} at byte {leaf.Value.Offset}."));
        return new Fault(Causes.LeavesDuplicated(sweep.Origin), sweep.Origin,
            $"Leaves of '{sweep.Origin}' stand in its volumes more than once: {sweep.Leaves.Duplicates.Count}.", [.. findings], DuplicateRemedy(sweep));
    }

    private static Remedy DuplicateRemedy(LogSweep sweep)
    {
        var place = sweep.Leaves.Duplicates.Values.First();
        return new Remedy.VolumeRange(place.Volume, (long)place.Offset, (long)place.Length);
    }
}
