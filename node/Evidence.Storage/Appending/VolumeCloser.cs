using System.Runtime.CompilerServices;
using Evidence.Storage.Durable;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>Makes a full volume a bag.</summary>
internal static class VolumeCloser
{
    /// <summary>Writes the closing members behind the records; the new length, or null when what is to stand in them is not known because a record is damaged.</summary>
    /// <exception cref="OperationCanceledException">The records had to be gone over, and that was given up.</exception>
    internal static async Task<long?> WriteAsync(LogStore store, VolumeState volume, IMediumFile file, VolumeManifest? manifest, CancellationToken ct)
    {
        if (manifest is { IsWhole: true } && await TryWriteAsync(store, volume, file, manifest) is { } length) return length;
        return await WriteFromRecordsAsync(store, volume, file, ct);
    }

    private static async Task<long?> TryWriteAsync(LogStore store, VolumeState volume, IMediumFile file, VolumeManifest manifest)
    {
        try
        {
            return await WriteAsync(store, volume, file, manifest.Totals, manifest.LinesAsync(CancellationToken.None), CancellationToken.None); // a moment's work
        }
        catch (InvalidDataException)
        {
            return null; // written over from the records
        }
    }

    // The records are gone over twice, without their content, so that a manifest of any length needs no memory.
    private static async Task<long?> WriteFromRecordsAsync(LogStore store, VolumeState volume, IMediumFile file, CancellationToken ct)
    {
        using var totals = new BagTotals();
        await foreach (var item in RecordsAsync(store, volume, ct))
        {
            if (item is not { IsIntact: true, Record: { } record })
            {
                StorageLog.NotClosed(store.Logger, store.Origin, volume.Number);
                return null;
            }

            totals.Add(record.Seal, record.SealBytes, record.Place.Leaf);
        }

        return await WriteAsync(store, volume, file, totals, LinesAsync(store, volume, ct), ct);
    }

    private static async Task<long> WriteAsync(LogStore store, VolumeState volume, IMediumFile file, BagTotals totals, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken ct)
    {
        using var output = new VolumeOutput(file, volume.DurableLength);
        await BagWriter.WriteAsync(output, volume.Number, store.Origin, totals, lines, ct);
        return output.Position;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(LogStore store, VolumeState volume, [EnumeratorCancellation] CancellationToken ct)
    {
        using var totals = new BagTotals();
        await foreach (var item in RecordsAsync(store, volume, ct))
            if (item.Record is { } record) yield return totals.Add(record.Seal, record.SealBytes, record.Place.Leaf);
    }

    private static async IAsyncEnumerable<WalkedItem> RecordsAsync(LogStore store, VolumeState volume, [EnumeratorCancellation] CancellationToken ct)
    {
        using var source = new VolumeFileSource(store.Files.Volume(volume.Number), volume.DurableLength, fromMedium: false);
        var walk = new VolumeWalk(volume.Number, store.Origin) { ExpectedLength = volume.DurableLength, ExpectClosed = false, HashContent = false, LeafHash = store.LeafHashOrNull };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct)) yield return item;
    }
}
