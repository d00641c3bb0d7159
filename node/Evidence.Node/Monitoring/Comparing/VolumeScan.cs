using System.Globalization;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Judging;
using Evidence.Node.Monitoring.Places;
using Evidence.Storage;
using Evidence.Storage.Sweeping;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Reads every byte of a log's volumes from the medium. What looks damaged is read a second time before it counts.</summary>
internal sealed class VolumeScan(LogStore store, LeafTable leaves, SweepPace pace, SweepProgress progress, SweepPlaces places, TimeProvider time)
{
    private readonly List<DamagedRange> _damaged = [];
    private readonly List<ulong> _damagedLeaves = [];
    private readonly List<uint> _missing = [];
    private readonly List<Finding> _remarks = [];
    private (uint Number, long Read) _volume; // the one at hand

    /// <summary>What the volumes are read for. Before the scan begins: what it then covers is in the volumes that the scan sees.</summary>
    internal SweepPlan Plan => field ??= new SweepPlan(places.Of(store).Seed, ReadAsync);

    /// <summary>Whether volumes were left out that a sweep which was cut off had found in order.</summary>
    internal bool GoesOn { get; private set; }

    /// <summary>Sum of what the index must hold of all records that are in order.</summary>
    internal EntryPrint Entries { get; private set; } = EntryPrint.None;

    /// <summary>Whether no volume looks damaged or is missing.</summary>
    internal bool IsSound => _damaged.Count == 0 && _missing.Count == 0;

    /// <summary>Ranges that are damaged at the second look as well, those that touch taken together.</summary>
    internal IReadOnlyList<DamagedRange> Damaged => DamagedRange.Merge(_damaged);

    /// <summary>Leaves of damaged records whose seal can be read all the same, however little the index knows of them.</summary>
    internal IReadOnlyList<ulong> DamagedLeaves => _damagedLeaves;

    /// <summary>Volumes whose file is not there.</summary>
    internal IReadOnlyList<uint> Missing => _missing;

    /// <summary>Reads that differed once and were as they must be at the second look.</summary>
    internal IReadOnlyList<Finding> Remarks => _remarks;

    /// <param name="first">Whether volumes are left out that a sweep which was cut off had found in order.</param>
    /// <param name="ct">Ends the scan.</param>
    internal async Task RunAsync(bool first, CancellationToken ct)
    {
        var place = places.Of(store);
        foreach (var volume in store.Volumes)
        {
            try
            {
                if (!first || !TryGoOn(volume, place)) await ScanAsync(volume, ct);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                _missing.Add(volume.Number);
            }
        }
    }

    /// <summary>Walks a range again and gives what is wrong with it now; null when the file is not there.</summary>
    internal async Task<IReadOnlyList<WalkedItem>> LookAgainAsync(VolumeState volume, long offset, long end, CancellationToken ct)
    {
        var items = new List<WalkedItem>();
        using var file = store.OpenVolume(volume.Number, fromMedium: true);
        await foreach (var item in Walk(new PacedSource(file, pace), volume, offset, ct))
        {
            if (item.Offset >= end) break;
            items.Add(item);
        }
        return items;
    }

    private async Task ScanAsync(VolumeState volume, CancellationToken ct)
    {
        _volume = (volume.Number, 0);
        var (began, differing) = (time.GetUtcNow(), leaves.Differing.Count + leaves.Duplicates.Count);
        var found = await store.SweepVolumeAsync(volume, Plan, ct) is { } ordered ? Accept(volume, ordered) : await WalkAsync(volume, ct);
        if (found is not null && leaves.Differing.Count + leaves.Duplicates.Count == differing) places.Keep(store.Origin, found, began);
    }

    private bool TryGoOn(VolumeState volume, LogPlace place)
    {
        if (place.Find(volume) is not { } known || !HasItsLength(volume) || !leaves.TrySee(known.Leaves)) return false;
        GoesOn = true;
        Entries += known.Entries;
        progress.Kept(store.Origin, volume.Number, known.Length, known.Records);
        return true;
    }

    // What the log remembers of a volume says nothing of its file: that may be gone, or cut off, since it was read.
    private bool HasItsLength(VolumeState volume)
    {
        using var file = store.OpenVolume(volume.Number, fromMedium: false);
        return volume.Closed ? file.Length == volume.DurableLength : file.Length >= volume.DurableLength;
    }

    private CheckedVolume Accept(VolumeState volume, OrderedVolume ordered)
    {
        if (!ordered.CacheExcluded) progress.CacheNotExcluded();
        var (count, runs) = (0L, new List<LeafRun>());
        foreach (var record in ordered.Records.SelectMany(records => records))
        {
            leaves.Add(record.Leaf, record.LeafHash, new Place(volume.Number, (ulong)record.Offset, (ulong)record.Length, record.Leaf));
            LeafRun.Add(runs, record.Leaf);
            count++;
        }

        Entries += ordered.Entries;
        progress.Checked(store.Origin, volume.Number, count);
        return new CheckedVolume(volume.Number, volume.DurableLength, volume.Closed, count, runs, ordered.Entries);
    }

    private async ValueTask ReadAsync(int bytes, CancellationToken ct)
    {
        await pace.SpendAsync(bytes, ct);
        _volume.Read += bytes;
        progress.Read(store.Origin, _volume.Number, _volume.Read);
    }

    /// <summary>Names what is wrong with a volume of which not all is in order. What was found of it, when nothing is wrong after all.</summary>
    private async Task<CheckedVolume?> WalkAsync(VolumeState volume, CancellationToken ct)
    {
        var suspect = new List<DamagedRange>();
        var (count, runs, entries) = (0L, new List<LeafRun>(), new WalkedEntries(Plan));
        using (var file = store.OpenVolume(volume.Number, fromMedium: true))
        {
            if (!file.CacheExcluded) progress.CacheNotExcluded();
            await foreach (var item in Walk(new PacedSource(file, pace), volume, 0, ct))
            {
                if (item.IsIntact) Accept(item, entries);
                else suspect.Add(new DamagedRange(volume.Number, item.Offset, item.Length, item.Findings));
                if (item.Record is not { } record) continue;
                LeafRun.Add(runs, record.Place.Leaf);
                count++;
            }

            progress.Read(store.Origin, volume.Number, Math.Min(file.Length, volume.DurableLength));
            progress.Checked(store.Origin, volume.Number, count);
        }
        foreach (var range in DamagedRange.Merge(suspect)) await ConfirmAsync(volume, range, entries, ct);
        Entries += entries.Sum;
        return suspect.Count == 0 ? new CheckedVolume(volume.Number, volume.DurableLength, volume.Closed, count, runs, entries.Sum) : null;
    }

    private async Task ConfirmAsync(VolumeState volume, DamagedRange range, WalkedEntries entries, CancellationToken ct)
    {
        var before = _damaged.Count;
        foreach (var item in await LookAgainAsync(volume, range.Offset, range.End, ct))
        {
            if (item.Record is not null) Accept(item, entries);
            if (item.IsIntact) continue;
            _damaged.Add(new DamagedRange(volume.Number, item.Offset, item.Length, item.Findings));
            if (item.Record is { } record) _damagedLeaves.Add(record.Place.Leaf);
        }
        if (_damaged.Count == before)
            _remarks.Add(new Finding(FindingCodes.VolumeUnreadable, Severity.Info, Layer.Storage, Subject(volume.Number, range.Offset),
                "A first read of this range differed; a second one was as it must be. The medium may be failing."));
    }

    // A record with damaged content has a readable seal all the same: what the seal says is compared with the log.
    private void Accept(WalkedItem item, WalkedEntries entries)
    {
        if (item.Record is not { } record) return;
        leaves.Add(record.Place.Leaf, MerkleTree.LeafHash(record.SealBytes), record.Place);
        entries.Add(record);
    }

    private IAsyncEnumerable<WalkedItem> Walk(IVolumeSource source, VolumeState volume, long start, CancellationToken ct) =>
        VolumeWalker.WalkAsync(source, new VolumeWalk(volume.Number, store.Origin)
        {
            Start = start,
            ExpectedLength = Math.Max(volume.DurableLength, source.Length),
            ExpectClosed = volume.Closed ? true : null,
        }, ct);

    internal static string Subject(uint volume, long offset) => string.Create(CultureInfo.InvariantCulture, $"volume {volume}, byte {offset}");
}
