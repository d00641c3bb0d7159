using System.Runtime.CompilerServices;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>Makes a full volume a bag.</summary>
internal static class VolumeCloser
{
    /// <summary>Writes the closing members behind the records; the new length, or null when a record is damaged, so that its digests are not known. The records are gone over twice, without their content, so that a manifest of any length needs no memory.</summary>
    internal static async Task<long?> WriteAsync(LogStore store, OpenVolume open)
    {
        using var totals = new BagTotals();
        await foreach (var item in RecordsAsync(store, open, CancellationToken.None))
        {
            if (item is not { IsIntact: true, Record: { } record })
            {
                StorageLog.NotClosed(store.Logger, store.Origin, open.Number);
                return null;
            }

            totals.Add(record.Seal, record.SealBytes, record.Place.Leaf);
        }

        using var output = new VolumeOutput(open.File, open.Length);
        await BagWriter.WriteAsync(output, open.Number, store.Origin, totals, LinesAsync(store, open, CancellationToken.None), CancellationToken.None);
        return output.Position;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(LogStore store, OpenVolume open, [EnumeratorCancellation] CancellationToken ct)
    {
        using var totals = new BagTotals();
        await foreach (var item in RecordsAsync(store, open, ct))
            if (item.Record is { } record) yield return totals.Add(record.Seal, record.SealBytes, record.Place.Leaf);
    }

    private static async IAsyncEnumerable<WalkedItem> RecordsAsync(LogStore store, OpenVolume open, [EnumeratorCancellation] CancellationToken ct)
    {
        using var source = new VolumeFileSource(store.Files.Volume(open.Number), open.Length, fromMedium: false);
        var walk = new VolumeWalk(open.Number, store.Origin) { ExpectedLength = open.Length, ExpectClosed = false, HashContent = false, LeafHash = store.LeafHashOrNull };
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct)) yield return item;
    }
}
