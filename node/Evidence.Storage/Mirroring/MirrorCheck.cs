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

    /// <summary>How far the volume is in order then, and its new records.</summary>
    /// <exception cref="UnprovenBytesException">Anything but a record that is cut off at the end is wrong.</exception>
    internal async Task<(VolumeState State, List<IndexedRecord> Records)> RunAsync(VolumeState state, string path, long end, bool closed, CancellationToken ct)
    {
        using var source = new VolumeFileSource(path, end, fromMedium: false);
        var walk = new VolumeWalk(state.Number, store.Origin) { Start = state.DurableLength, ExpectClosed = closed ? null : false, LeafHash = leaf => store.LeafHashOrNull(leaf) ?? proven?.Invoke(leaf) };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            if (IsCutOff(item, end)) break;
            if (!item.IsIntact) throw Unproven(state.Number, item.Findings);
            if (item.Record is { } record && !TryTake(record)) break;
            state = new VolumeState(state.Number, item.Offset + item.Length, item.Kind == WalkedKind.Closing);
        }

        if (state.Closed && walk.Start > 0) await CheckClosingAsync(source, state, ct);
        return (state, _records);
    }

    private static bool IsCutOff(WalkedItem item, long end) =>
        item.Kind == WalkedKind.Damage && item.Offset + item.Length == end && item.Findings is [{ Code: FindingCodes.VolumeMissing }];

    // What nothing vouches for is not taken, nor what follows it: the closing members list it.
    private bool TryTake(WalkedRecord record)
    {
        if (proven is not null && proven(record.Place.Leaf) is null) return false;
        Take(record);
        return true;
    }

    private void Take(WalkedRecord record)
    {
        var leaf = store.Index.FindLeaf(record.Place.Leaf);
        var place = store.Index.Find(record.Id);
        var known = leaf is not null || place is not null || !_leaves.TryAdd(record.Place.Leaf, record.Id) || !_numbers.Add(record.Id);
        if (known)
            throw Unproven(record.Place.Volume, [WalkFindings.Range(FindingCodes.PeerForked, record.Place.Volume, (long)record.Place.Offset, (long)record.Place.Length, $"The record {record.Id} or its leaf {record.Place.Leaf} is in the mirror already, elsewhere.")]);
        _records.Add(IndexedRecord.Of(record));
    }

    // The tag files were held to each other; now to all records of the volume, of which only headers and seals are read again.
    private async Task CheckClosingAsync(VolumeFileSource source, VolumeState state, CancellationToken ct)
    {
        var walk = new VolumeWalk(state.Number, store.Origin) { ExpectedLength = state.DurableLength, ExpectClosed = true, HashContent = false };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
            if (item.Kind == WalkedKind.Closing && !item.IsIntact) throw Unproven(state.Number, item.Findings);
    }

    private UnprovenBytesException Unproven(uint volume, IReadOnlyList<Finding> findings) =>
        new($"The bytes for volume {volume} of {store.Origin} do not prove: {findings[0].Subject}: {findings[0].Message}", findings);
}
