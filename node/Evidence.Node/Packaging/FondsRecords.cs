using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Node.Packaging;

/// <summary>The records of a fonds, found by reading the description of every record of a log: no catalogue is believed.</summary>
internal static class FondsRecords
{
    private const string MetadataPart = "m0001";

    /// <summary>The records among the first <paramref name="size"/> leaves whose description names the fonds, in the order of their leaves.</summary>
    /// <exception cref="InvalidDataException">Of a record it cannot be said whether it is of the fonds: nothing is left out in silence.</exception>
    internal static async IAsyncEnumerable<StoredRecord> OfAsync(LogStore log, string fonds, ulong size, [EnumeratorCancellation] CancellationToken ct)
    {
        for (ulong leaf = 0; leaf < size; leaf++)
        {
            var place = log.FindLeaf(leaf)?.Place ?? throw new InvalidDataException($"Leaf {leaf} of {log.Origin} is not in the index, so it cannot be said whether it is of the fonds. The next sweep rebuilds the index.");
            var record = await log.ReadRecordAsync(place, ct);
            if (IsOf(log, record, fonds)) yield return record;
        }
    }

    private static bool IsOf(LogStore log, StoredRecord record, string fonds)
    {
        if (record.Seal is not { } seal) throw Unreadable(record, "its seal cannot be read");
        if (seal.Parts.FirstOrDefault(static part => part.Name == MetadataPart) is not { } part) return false;
        using var stream = log.OpenPart(record.Place, MetadataPart);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        if (Digest.Of(bytes.ToArray()) != part.Sha256) throw Unreadable(record, "its description is not the one that was sealed");
        try
        {
            return RecordMetadata.Parse(bytes.ToArray()).Description.Fonds == fonds;
        }
        catch (FormatException)
        {
            return false; // sealed so: it names no fonds
        }
    }

    private static InvalidDataException Unreadable(StoredRecord record, string why) =>
        new($"It cannot be said whether record {record.RecordId} (leaf {record.Leaf}) is of the fonds: {why}. Verify and repair it first; no evidence package was made.");
}
