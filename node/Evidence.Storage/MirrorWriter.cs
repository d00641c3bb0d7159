using System.Buffers;
using System.Globalization;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Mirroring;
using Evidence.Storage.Recovery;

namespace Evidence.Storage;

/// <summary>Writes a copy of a peer's log, bit-identical, proving everything that volumes alone can prove before it counts. A node's own log catches up in the same way when it is behind its checkpoint.</summary>
/// <param name="store">The mirror. One writer a mirror, or, with <paramref name="proven"/>, one a volume.</param>
/// <param name="proven">Leaf hashes that are proven already: then a record is taken only if its seal is one of them, and bytes behind the last such record are left. Null: the caller compares the root afterwards.</param>
public sealed class MirrorWriter(LogStore store, Func<ulong, Digest?>? proven = null)
{
    private const int CopyBuffer = 1 << 20;

    private readonly OrderedIntake _ordered = new(store, proven);

    /// <summary>
    /// Appends bytes of a volume: whole records, and the closing members when the volume is closed. Every header, padding, digest and seal is checked, then they are synced, indexed and put into the tree in leaf order;
    /// leaves whose predecessors have not come yet wait until those have. A record that is cut off at the end is not kept.
    /// </summary>
    /// <param name="volume">Number of the volume.</param>
    /// <param name="offset">Where the bytes belong: the volume's durable length, 0 for a new one.</param>
    /// <param name="bytes">The bytes, to be read to the end.</param>
    /// <param name="closed">Whether the volume is closed behind these bytes.</param>
    /// <param name="ct">Gives up; nothing is kept then.</param>
    /// <param name="leaveOut">
    /// Where the first bytes do not prove, zeros are left in their place, up to the next record that does; nothing is kept when none follows. Hears of the offset and length of such a gap before it counts, so that it
    /// can be filled after a crash too; null: none is left.
    /// </param>
    /// <returns>The volume's durable length afterwards.</returns>
    /// <exception cref="ArgumentException">The offset is not the volume's durable length, or the volume is closed.</exception>
    /// <exception cref="UnprovenBytesException">Something is wrong with the bytes, or they contradict a leaf that the mirror holds.</exception>
    /// <exception cref="StorageFullException">The disk is full; the mirror is as before.</exception>
    /// <exception cref="StorageFailedException">A write or sync failed: the mirror must be opened again.</exception>
    public async Task<long> AppendAsync(uint volume, long offset, Stream bytes, bool closed, CancellationToken ct, Action<long, long>? leaveOut = null)
    {
        // What is proven leaf by leaf needs nothing of other volumes: several are proven at once, and counted one after the other.
        if (proven is not null) return await ProveAndAppendAsync(volume, offset, bytes, closed, leaveOut, ct);
        long length = 0;
        await store.WithGateAsync(async () => length = await ProveAndAppendAsync(volume, offset, bytes, closed, leaveOut, ct), ct);
        return length;
    }

    /// <summary>Puts the records that prove where a gap was left.</summary>
    /// <param name="volume">Number of the volume.</param>
    /// <param name="offset">First byte of the gap.</param>
    /// <param name="bytes">The bytes, as many as the gap has.</param>
    /// <param name="length">Length of the gap.</param>
    /// <param name="ct">Gives up; the gap is as before.</param>
    /// <returns>Offset and length of each gap that is left of it.</returns>
    /// <exception cref="UnprovenBytesException">None of them proves.</exception>
    public async Task<IReadOnlyList<(long Offset, long Length)>> FillAsync(uint volume, long offset, Stream bytes, long length, CancellationToken ct)
    {
        IReadOnlyList<(long Offset, long Length)> left = [];
        await store.WithGateAsync(async () => left = await new GapFill(store, proven).RunAsync(volume, offset, bytes, length, ct), ct);
        return left;
    }

    /// <summary>As the other overload, from memory.</summary>
    public Task<long> AppendAsync(uint volume, long offset, ReadOnlyMemory<byte> bytes, bool closed, CancellationToken ct) =>
        AppendAsync(volume, offset, new MemoryStream(bytes.ToArray(), writable: false), closed, ct);

    /// <summary>Goes back to the published checkpoint: what came after it did not prove. The bytes go into quarantine.</summary>
    public Task RollBackAsync(string findingJson, CancellationToken ct) => RollBackAsync(store.Published.Current?.Checkpoint.Size ?? 0, findingJson, ct);

    /// <summary>Goes back to the first <paramref name="size"/> leaves, but not behind the published checkpoint. The bytes go into quarantine.</summary>
    public Task RollBackAsync(ulong size, string findingJson, CancellationToken ct) =>
        store.WithGateAsync(() => new RollBack(store).RunAsync(Math.Max(size, store.Published.Current?.Checkpoint.Size ?? 0), findingJson, ct), ct);

    private async Task<long> ProveAndAppendAsync(uint volume, long offset, Stream bytes, bool closed, Action<long, long>? leaveOut, CancellationToken ct)
    {
        try
        {
            var state = store.VolumeSet.Find(volume) ?? new VolumeState(volume, 0, false);
            CheckPlace(state, offset);
            return await AppendAsync(state, bytes, closed, leaveOut, ct);
        }
        catch (IOException e)
        {
            store.Failure = $"A write to volume {volume} of the mirror of {store.Origin} failed: {e.Message} Nothing is appended until the node is started again.";
            throw new StorageFailedException(store.Failure, e);
        }
    }

    private void CheckPlace(VolumeState state, long offset)
    {
        if (store.Failure is { } failure) throw new StorageFailedException(failure);
        store.Room.Check();
        if (state.Number == 0) throw new ArgumentException("Volumes are numbered from 1.");
        if (state.Closed) throw new ArgumentException($"Volume {state.Number} of {store.Origin} is closed.");
        if (offset != state.DurableLength) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The bytes of volume {state.Number} of {store.Origin} go on at {state.DurableLength}, not at {offset}."));
    }

    private async Task<long> AppendAsync(VolumeState state, Stream bytes, bool closed, Action<long, long>? leaveOut, CancellationToken ct)
    {
        var path = store.Files.Volume(state.Number);
        KeepLeftover(state, path);
        using var file = store.Medium.Open(path, FileMode.OpenOrCreate);
        try
        {
            var end = await CopyAsync(file, state.DurableLength, bytes, ct);
            var taken = await _ordered.TryReadAsync(state, path, end, closed, ct) ?? await WalkAsync(state, path, end, closed, leaveOut is not null, ct);
            var next = taken.State;
            if (next.DurableLength < end) file.SetLength(next.DurableLength);
            if (next == state) return state.DurableLength;
            var gap = taken.Records.Count == 0 ? 0 : (long)taken.Records[0].Place.Offset - state.DurableLength;
            if (gap > 0) WriteZeros(file, state.DurableLength, gap);
            if (gap > 0) leaveOut?.Invoke(state.DurableLength, gap);
            file.Sync(); // a crash before this: a tail that opening checks, and takes in or cuts off
            if (state.DurableLength == 0) store.Medium.SyncFolder(store.Files.Volumes);
            if (proven is null) Count(taken);
            else await store.WithGateAsync(() => CountIfNew(taken), ct);
            return next.DurableLength;
        }
        catch (Exception e) when (e is not IOException)
        {
            if (store.VolumeSet.Find(state.Number) is not { } now || now == state) file.SetLength(state.DurableLength);
            throw;
        }
    }

    private async Task<MirroredRecords> WalkAsync(VolumeState state, string path, long end, bool closed, bool passOver, CancellationToken ct)
    {
        var (next, records) = await new MirrorCheck(store, proven).RunAsync(state, path, end, closed, passOver, ct);
        return new MirroredRecords(next, records, []);
    }

    // Another volume may have brought one of them since they were compared with the index.
    private Task CountIfNew(MirroredRecords taken)
    {
        foreach (var place in taken.Records.Select(record => record.Place))
            if (store.Index.FindLeaf(place.Leaf) is { } other && other.Place != place)
                throw new UnprovenBytesException(string.Create(CultureInfo.InvariantCulture, $"Leaf {place.Leaf} of {store.Origin} came in volume {other.Place.Volume} too."),
                    [WalkFindings.Range(FindingCodes.PeerForked, place.Volume, (long)place.Offset, (long)place.Length, "The leaf is in another volume already.")]);
        Count(taken);
        return Task.CompletedTask;
    }

    private void Count(MirroredRecords taken)
    {
        store.Index.Add(taken.Records, taken.State);
        store.VolumeSet.Set(taken.State);
        if (taken.Seals.Count > 0 && store.Size >= (store.Published.Current?.Checkpoint.Size ?? 0)) Grow(taken);
        new LogRecovery(store).AssessAgain(); // puts further leaves into the tree as far as they are contiguous
    }

    // The seals are at hand: they need not be looked for in the volumes.
    private void Grow(MirroredRecords taken)
    {
        var next = store.Tree.Size;
        for (var i = 0; i < taken.Seals.Count; i++)
            if (taken.Records[i].Place.Leaf == next)
            {
                store.Tree.Append(taken.Seals[i], MerkleTree.LeafHash(taken.Seals[i]));
                next++;
            }

        store.Tree.Commit();
    }

    private static void WriteZeros(IMediumFile file, long at, long length)
    {
        var zeros = new byte[(int)Math.Min(length, CopyBuffer)];
        for (var end = at + length; at < end; at += Math.Min(zeros.Length, end - at)) file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, end - at)), at);
    }

    // Bytes behind the durable length are what opening would not throw away.
    private void KeepLeftover(VolumeState state, string path)
    {
        if (new FileInfo(path) is not { Exists: true } file || file.Length <= state.DurableLength) return;
        var finding = WalkFindings.Range(FindingCodes.VolumeUnexpected, state.Number, state.DurableLength, file.Length - state.DurableLength, "Bytes without a whole record, overwritten by a peer's.");
        store.Quarantine.KeepRange(VolumeName.Of(state.Number), path, state.DurableLength, file.Length - state.DurableLength, FindingText.Of(finding));
    }

    private static Task<long> CopyAsync(IMediumFile file, long at, Stream bytes, CancellationToken ct)
    {
        file.SetLength(at);
        return OverwriteAsync(file, at, bytes, ct);
    }

    internal static async Task<long> OverwriteAsync(IMediumFile file, long at, Stream bytes, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            for (int read; (read = await bytes.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct)) > 0; at += read) file.Write(buffer.AsSpan(0, read), at);
            return at;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
