using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage.Index;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Mirroring;

/// <summary>Checks bytes of a peer's volume that lie behind the mirror's durable length.</summary>
internal sealed class MirrorCheck(LogStore store, Func<ulong, Digest?>? proven)
{
    private readonly List<IndexedRecord> _records = [];
    private readonly Dictionary<ulong, RecordId> _leaves = [];
    private readonly HashSet<RecordId> _numbers = [];

    /// <summary>
    /// How far the volume is in order then, and its new records. Where each leaf is proven by itself, what stands before the first wrong byte is in order; when the wrong bytes come first and
    /// <paramref name="passOver"/> is set, what follows them up to the next wrong one is, and never the closing members, which list what was passed over.
    /// </summary>
    /// <exception cref="UnprovenBytesException">Anything but a record that is cut off at the end is wrong.</exception>
    internal async Task<(VolumeState State, List<IndexedRecord> Records)> RunAsync(VolumeState state, string path, long end, bool closed, bool passOver, CancellationToken ct)
    {
        var passed = false;
        using var source = new VolumeFileSource(path, end, fromMedium: false);
        var walk = new VolumeWalk(state.Number, store.Origin) { Start = state.DurableLength, ExpectClosed = closed ? null : false, LeafHash = leaf => store.LeafHashOrNull(leaf) ?? proven?.Invoke(leaf) };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            if (IsCutOff(item, end)) break;
            if (item.Record is { } record && item.IsIntact && IsUnvouched(record)) break;
            if (FindWrong(item) is { Count: > 0 } wrong)
            {
                if (proven is not null && state.DurableLength > walk.Start) break;
                if (!passOver) throw Unproven(state.Number, wrong);
                passed = true;
                continue;
            }

            if (item.Kind == WalkedKind.Closing && (passed || (walk.Start > 0 && !await ListsAllAsync(source, state.Number, item, state.DurableLength > walk.Start, ct)))) break;
            if (item.Record is { } taken) _records.Add(IndexedRecord.Of(taken));
            state = new VolumeState(state.Number, item.Offset + item.Length, item.Kind == WalkedKind.Closing);
        }

        return (state, _records);
    }

    /// <summary>The records of a range that prove, each by itself.</summary>
    /// <exception cref="UnprovenBytesException">There are none.</exception>
    internal async Task<List<IndexedRecord>> FindAsync(uint volume, long offset, VolumeFileSource source, CancellationToken ct)
    {
        var wrong = new List<Finding>();
        var walk = new VolumeWalk(volume, store.Origin) { Start = offset, ExpectClosed = false, LeafHash = leaf => store.LeafHashOrNull(leaf) ?? proven?.Invoke(leaf) };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            var found = FindWrong(item);
            wrong.AddRange(found);
            if (found.Count == 0 && item.Record is { } record && !IsUnvouched(record)) _records.Add(IndexedRecord.Of(record));
        }

        if (wrong.Count == 0) wrong.Add(WalkFindings.Range(FindingCodes.VolumeMissing, volume, offset, source.Length - offset, "No record that the log signed is here."));
        return _records.Count > 0 ? _records : throw Unproven(volume, wrong);
    }

    private static bool IsCutOff(WalkedItem item, long end) =>
        item.Kind == WalkedKind.Damage && item.Offset + item.Length == end && item.Findings is [{ Code: FindingCodes.VolumeMissing }];

    // What nothing vouches for is not taken, nor what follows it: the closing members list it.
    private bool IsUnvouched(WalkedRecord record) => proven is not null && proven(record.Place.Leaf) is null;

    private IReadOnlyList<Finding> FindWrong(WalkedItem item)
    {
        if (!item.IsIntact || item.Record is not { } record) return item.Findings;
        var leaf = store.Index.FindLeaf(record.Place.Leaf);
        var place = store.Index.Find(record.Id);
        var isHere = leaf?.Place == record.Place && place == record.Place; // filled, and counted as a gap still
        var known = (!isHere && (leaf is not null || place is not null)) || !_leaves.TryAdd(record.Place.Leaf, record.Id) || !_numbers.Add(record.Id);
        return known
            ? [WalkFindings.Range(FindingCodes.PeerForked, record.Place.Volume, (long)record.Place.Offset, (long)record.Place.Length, $"The record {record.Id} or its leaf {record.Place.Leaf} is in the mirror already, elsewhere.")]
            : [];
    }

    // The tag files were held to each other; now to all records of the volume, of which only headers and seals are read again. False: some of those are not there yet, so that the list cannot be proven.
    private async Task<bool> ListsAllAsync(VolumeFileSource source, uint number, WalkedItem closing, bool follows, CancellationToken ct)
    {
        var walk = new VolumeWalk(number, store.Origin) { ExpectedLength = closing.Offset + closing.Length, ExpectClosed = true, HashContent = false };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            if (proven is not null && item.Kind != WalkedKind.Closing && !item.IsIntact) return false;
            if (item.Kind != WalkedKind.Closing || item.IsIntact) continue;
            if (proven is not null && follows) return false; // the records before it prove: it is looked at again behind them
            throw Unproven(number, item.Findings);
        }

        return true;
    }

    private UnprovenBytesException Unproven(uint volume, IReadOnlyList<Finding> findings) =>
        new($"The bytes for volume {volume} of {store.Origin} do not prove: {findings[0].Subject}: {findings[0].Message}", findings);
}
