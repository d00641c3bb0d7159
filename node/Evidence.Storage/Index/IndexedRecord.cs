using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Index;

/// <summary>What the index holds of one record.</summary>
/// <param name="Record">The record's number.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="SealSha256">SHA-256 of the seal's bytes.</param>
/// <param name="Contents">SHA-256 of the content parts.</param>
internal sealed record IndexedRecord(RecordId Record, Place Place, Digest SealSha256, IReadOnlyList<Digest> Contents)
{
    internal static IndexedRecord Of(Seal seal, ReadOnlySpan<byte> sealBytes, Place place) =>
        new(seal.Record, place, Digest.Of(sealBytes), [.. seal.Parts.Where(p => p.Role == PartRole.Content).Select(p => p.Sha256).Distinct()]);

    internal static IndexedRecord Of(WalkedRecord record) => Of(record.Seal, record.SealBytes, record.Place);

    /// <summary>Its entries, keys and values.</summary>
    internal IEnumerable<(byte[] Key, byte[] Value)> Entries()
    {
        yield return (IndexFormat.RecordKey(Record), IndexFormat.PlaceValue(Place));
        yield return (IndexFormat.LeafKey(Place.Leaf), IndexFormat.LeafValue(Record, SealSha256, Place));
        yield return (IndexFormat.SealKey(SealSha256), IndexFormat.NumberValue(Place.Leaf));
        foreach (var content in Contents) yield return (IndexFormat.ContentKey(content, Record), []);
    }
}
