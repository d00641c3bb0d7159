using Evidence.Core.Verification;
using Evidence.Storage.Index;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Recovery;

/// <summary>
/// Brings the index into step with a volume: what lies behind the part that the index covers is walked byte by byte and taken in.
/// The volume is the write-ahead log; after a clean stop there is nothing behind.
/// </summary>
/// <param name="store">The log.</param>
/// <param name="rebuild">Whether the index began empty. Then the covered part is not known, damage may lie anywhere, and only what follows the last whole record can be a torn tail; content is not hashed in closed volumes, which the sweep does.</param>
internal sealed class VolumeIntake(LogStore store, bool rebuild)
{
    private const int Batch = 1000;

    private readonly List<IndexedRecord> _batch = [];

    /// <summary>What may be cut off, once it is certain that the log is not behind its checkpoint.</summary>
    internal List<TornTail> Tails { get; } = [];

    /// <summary>Takes in one volume.</summary>
    /// <param name="covered">How far the index covers it.</param>
    /// <param name="ct">Gives up; what was taken in stays.</param>
    internal async Task TakeInAsync(VolumeState covered, CancellationToken ct)
    {
        store.VolumeSet.Set(covered);
        var path = store.Files.Volume(covered.Number);
        if (!File.Exists(path))
        {
            store.Report(WalkFindings.Range(FindingCodes.VolumeMissing, covered.Number, 0, covered.DurableLength, "The volume is missing."));
            return;
        }

        var length = new FileInfo(path).Length;
        if (length < covered.DurableLength)
            store.Report(WalkFindings.Range(FindingCodes.VolumeMissing, covered.Number, length, covered.DurableLength - length, "The volume ends before these bytes, which it had."));
        else if (covered.Closed && length > covered.DurableLength)
            store.Report(WalkFindings.Range(FindingCodes.VolumeUnexpected, covered.Number, covered.DurableLength, length - covered.DurableLength, "The volume is closed, and bytes follow its end."));
        else if (length > covered.DurableLength)
            await WalkAsync(covered, path, length, ct);
    }

    private async Task WalkAsync(VolumeState covered, string path, long length, CancellationToken ct)
    {
        using var source = new VolumeFileSource(path, length, fromMedium: false);
        var walk = new VolumeWalk(covered.Number, store.Origin) { Start = covered.DurableLength, HashContent = !(rebuild && EndsClosed(source)), LeafHash = store.LeafHashOrNull };
        var (sound, damaged, closed, after, taken) = (covered.DurableLength, new List<Finding>(), false, 0, 0);
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            var usable = item.IsIntact && Conflict(item) is null;
            if (!usable) damaged.AddRange(item.Findings);
            else if (damaged.Count > 0 && !rebuild) after++;
            if (!usable || (damaged.Count > 0 && !rebuild)) continue;
            (sound, closed) = (item.Offset + item.Length, closed || item.Kind == WalkedKind.Closing);
            if (item.Record is { } record && ++taken > 0) Add(record, covered with { DurableLength = sound });
        }

        Finish(new VolumeState(covered.Number, sound, closed), damaged, after, taken, length);
    }

    private void Add(WalkedRecord record, VolumeState state)
    {
        _batch.Add(IndexedRecord.Of(record));
        if (_batch.Count >= Batch) Flush(state);
    }

    private void Flush(VolumeState state)
    {
        store.Index.Add(_batch, state); // a crash after this: opening goes on from here
        _batch.Clear();
        store.VolumeSet.Set(state);
    }

    private void Finish(VolumeState state, List<Finding> damaged, int after, int taken, long length)
    {
        if (state.Closed && state.DurableLength < length) state = state with { DurableLength = length };
        Flush(state);
        if (taken > 0) StorageLog.TakenIn(store.Logger, store.Origin, state.Number, taken);
        if (state.DurableLength < length) Tails.Add(new TornTail(state.Number, state.DurableLength, length, after > 0));
        if (!rebuild) return;
        foreach (var finding in damaged.Take(state.DurableLength < length ? damaged.Count - 1 : damaged.Count)) store.Report(finding);
    }

    // A leaf or a record number that is taken: whatever lies here is not what the log appended.
    private Finding? Conflict(WalkedItem item)
    {
        if (item.Record is not { } record) return null;
        var leaf = store.Index.FindLeaf(record.Place.Leaf);
        var place = store.Index.Find(record.Id);
        if ((leaf is null || leaf.Value.Place == record.Place) && (place is null || place == record.Place)) return null;
        var finding = WalkFindings.Range(FindingCodes.VolumeUnexpected, record.Place.Volume, item.Offset, item.Length, $"The record {record.Id} or its leaf is in the log already, elsewhere.");
        store.Report(finding);
        return finding;
    }

    private static bool EndsClosed(VolumeFileSource source)
    {
        if (source.Length < TarBlock.EndSize) return false;
        var end = new byte[TarBlock.EndSize];
        return source.ReadAsync(source.Length - TarBlock.EndSize, end, CancellationToken.None).Result == end.Length && !end.AsSpan().ContainsAnyExcept((byte)0);
    }
}
