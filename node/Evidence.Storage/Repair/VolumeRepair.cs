using System.Buffers;
using System.Globalization;
using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Recovery;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Repair;

/// <summary>Puts proven bytes where damaged ones are.</summary>
internal static class VolumeRepair
{
    private const int CopyBuffer = 1 << 20;

    /// <summary>Overwrites a range in place. A crash within leaves it damaged in another way; the damaged bytes are safe in quarantine, and the repair is done again.</summary>
    internal static void Rewrite(LogStore store, uint volume, long offset, ReadOnlyMemory<byte> bytes, string findingJson)
    {
        var state = store.VolumeSet.Find(volume) ?? throw new FileNotFoundException($"{store.Origin} has no volume {volume}.");
        if (offset < 0 || offset + bytes.Length > state.DurableLength) throw new ArgumentOutOfRangeException(nameof(offset), string.Create(CultureInfo.InvariantCulture, $"Volume {volume} has {state.DurableLength} bytes."));
        var path = store.Files.Volume(volume);
        store.Quarantine.KeepRange(string.Create(CultureInfo.InvariantCulture, $"{VolumeName.Of(volume)}-{offset}"), path, offset, bytes.Length, findingJson);
        using var file = store.Medium.Open(path, FileMode.Open);
        file.Write(bytes.Span, offset);
        file.Sync();
        file.DropCache(offset, bytes.Length);
        StorageLog.Repaired(store.Logger, store.Origin, VolumeName.FileOf(volume));
    }

    /// <summary>Replaces a whole volume.</summary>
    internal static async Task RestoreAsync(LogStore store, uint volume, Stream bytes, Func<ulong, Digest?> proven, string findingJson, CancellationToken ct)
    {
        var target = store.Files.Volume(volume);
        var temporary = target + SmallFile.TemporarySuffix;
        try
        {
            using (var file = store.Medium.Open(temporary, FileMode.Create))
            {
                await CopyAsync(file, bytes, ct);
                file.Sync(); // a crash before the rename: a temporary file, which opening removes
            }

            await ProveAsync(store, volume, temporary, leaf => store.LeafHashOrNull(leaf) ?? proven(leaf), ct);
            store.Quarantine.Move(VolumeName.Of(volume), target, findingJson); // a crash here: the volume is missing, and restored again
            store.Medium.Rename(temporary, target);
            store.Medium.SyncFolder(store.Files.Volumes);
        }
        finally
        {
            store.Medium.Delete(temporary);
        }

        await TakeInAsync(store, volume, ct);
    }

    private static async Task ProveAsync(LogStore store, uint volume, string path, Func<ulong, Digest?> leafHash, CancellationToken ct)
    {
        var state = store.VolumeSet.Find(volume) ?? new VolumeState(volume, 0, false);
        using var source = new VolumeFileSource(path, long.MaxValue, fromMedium: false);
        var walk = new VolumeWalk(volume, store.Origin) { ExpectedLength = Math.Max(state.DurableLength, source.Length), ExpectClosed = state.Closed ? true : null, LeafHash = leafHash };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            if (!item.IsIntact) throw new UnprovenBytesException($"The bytes for volume {volume} of {store.Origin} do not prove: {item.Findings[0].Subject}: {item.Findings[0].Message}", item.Findings);
            if (item.Record is { } record && leafHash(record.Place.Leaf) is null && !WasTakenIn(store, record))
                throw new UnprovenBytesException(string.Create(CultureInfo.InvariantCulture, $"The bytes for volume {volume} of {store.Origin} do not prove: nothing vouches for leaf {record.Place.Leaf}."), []);
        }
    }

    // What was acknowledged a moment before the tree was lost stands in the index alone.
    private static bool WasTakenIn(LogStore store, WalkedRecord record)
    {
        try
        {
            return store.Index.FindLeaf(record.Place.Leaf) is { } known && known.Place == record.Place && known.SealSha256 == Digest.Of(record.SealBytes);
        }
        catch (LevelDbException)
        {
            return false;
        }
    }

    // The index may cover less than was restored, or nothing of it.
    private static async Task TakeInAsync(LogStore store, uint volume, CancellationToken ct)
    {
        var covered = store.Index.Volumes().FirstOrDefault(v => v.Number == volume) ?? new VolumeState(volume, 0, false);
        await new VolumeIntake(store, rebuild: covered.DurableLength == 0).TakeInAsync(covered, ct);
        new LogRecovery(store).AssessAgain();
        StorageLog.Repaired(store.Logger, store.Origin, VolumeName.FileOf(volume));
    }

    private static async Task CopyAsync(IMediumFile file, Stream bytes, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            long at = 0;
            for (int read; (read = await bytes.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct)) > 0; at += read) file.Write(buffer.AsSpan(0, read), at);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
