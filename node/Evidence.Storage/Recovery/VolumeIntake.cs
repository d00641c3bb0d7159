using Evidence.Core.Verification;
using Evidence.Storage.Index;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Recovery;

/// <summary>
/// Brings the index into step with a volume: what lies behind the part that the index covers is walked byte by byte and taken in.
/// The volume is the write-ahead log; after a clean stop there is nothing behind.
/// </summary>
/// <param name="store">The log.</param>
/// <param name="rebuild">Whether the index began empty. Then content is not hashed in closed volumes, which the sweep does.</param>
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
        else if (length == 0)
            Flush(covered); // made for a record that did not come to be: the index has to know it as every other
        else if (length > covered.DurableLength && TrySettle(path, covered))
            await WalkAsync(covered, path, ct);
    }

    /// <summary>
    /// Makes last what lies behind the covered part. Whoever wrote it was killed before its sync, or its sync failed: then it may be in the page cache only, and what is built on it would be lost at a power cut.
    /// The cache is dropped too, since after a failed sync it holds what no later sync writes.
    /// </summary>
    private bool TrySettle(string path, VolumeState covered)
    {
        try
        {
            using var file = store.Medium.Open(path, FileMode.Open);
            file.Sync();
            store.Medium.SyncFolder(store.Files.Volumes);
            file.DropCache(covered.DurableLength, 0);
            return true;
        }
        catch (IOException e)
        {
            store.Failure = $"{path} could not be made to last: {e.Message} Nothing is appended until the node is started again.";
            store.Report(WalkFindings.Range(FindingCodes.VolumeUnreadable, covered.Number, covered.DurableLength, 0, $"What lies behind these bytes could not be made to last: {e.Message}"));
            return false;
        }
    }

    private async Task WalkAsync(VolumeState covered, string path, CancellationToken ct)
    {
        using var source = new VolumeFileSource(path, long.MaxValue, fromMedium: true);
        var length = source.Length;
        var walk = new VolumeWalk(covered.Number, store.Origin) { Start = covered.DurableLength, HashContent = !(rebuild && EndsClosed(source)), LeafHash = store.LeafHashOrNull };
        var found = new IntakeProgress(covered);
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            if (!item.IsIntact) found.Damaged(item);
            else if (found.IsInDoubt && !MustBeThere(item, found)) found.PassOver(item);
            else if (Conflict(item) is null) Take(item, found);
        }

        Finish(found, length);
    }

    /// <summary>Whether what follows damage shows that there was something: a leaf that was published before. Others were written without a sync between, so that a power cut may have left any of them, and nobody was told.</summary>
    private bool MustBeThere(WalkedItem item, IntakeProgress found) =>
        item.Record is { } record ? record.Place.Leaf < Math.Max(store.Size, store.Published.Current?.Checkpoint.Size ?? 0) : rebuild && found.PassedOver == 0;

    private void Take(WalkedItem item, IntakeProgress found)
    {
        var state = found.Take(item);
        if (item.Record is { } record) Add(record, state with { Closed = false });
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

    private void Finish(IntakeProgress found, long length)
    {
        var state = found.State.Closed ? found.State with { DurableLength = length } : found.State;
        Flush(state);
        if (found.Taken > 0) StorageLog.TakenIn(store.Logger, store.Origin, state.Number, found.Taken);
        if (state.DurableLength < length) Tails.Add(new TornTail(state.Number, state.DurableLength, length, found.PassedOver > 0, found.WasClosed));
        foreach (var finding in found.Findings) store.Report(finding);
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

    /// <summary>Whether a volume ends with the blocks that end a closed one.</summary>
    internal static bool EndsClosed(VolumeFileSource source)
    {
        if (source.Length < TarBlock.EndSize) return false;
        var end = new byte[TarBlock.EndSize];
        return source.ReadAsync(source.Length - TarBlock.EndSize, end, CancellationToken.None).Result == end.Length && !end.AsSpan().ContainsAnyExcept((byte)0);
    }
}
