using Evidence.Core;
using Evidence.Core.Seals;

namespace Evidence.Storage.Index;

/// <summary>What the index holds of one record.</summary>
/// <param name="Record">The record's number.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="SealSha256">SHA-256 of the seal's bytes.</param>
/// <param name="Contents">SHA-256 of the content parts.</param>
internal sealed record IndexedRecord(RecordId Record, Place Place, Digest SealSha256, IReadOnlyList<Digest> Contents)
{
    internal static IndexedRecord Of(Seal seal, ReadOnlySpan<byte> sealBytes, Place place) => Of(seal, Digest.Of(sealBytes), place);

    internal static IndexedRecord Of(Seal seal, Digest sealSha256, Place place) => new(seal.Record, place, sealSha256, ContentsOf(seal.Parts));

    internal static IndexedRecord Of(WalkedRecord record) => Of(record.Seal, record.SealBytes, record.Place);

    /// <summary>What the index says of its leaf.</summary>
    internal IndexedLeaf Leaf => new(Record, SealSha256, Place);

    /// <summary>Its entries beside the one of its leaf, keys and values.</summary>
    internal IEnumerable<(byte[] Key, byte[] Value)> Entries()
    {
        yield return (IndexFormat.RecordKey(Record), IndexFormat.NumberValue(Place.Leaf));
        yield return (IndexFormat.DigestKey(IndexFormat.Seal, SealSha256, Place.Leaf), []);
        foreach (var content in Contents) yield return (IndexFormat.DigestKey(IndexFormat.Content, content, Place.Leaf), []);
    }

    private static Digest[] ContentsOf(IReadOnlyList<SealPart> parts)
    {
        var count = 0;
        foreach (var part in parts) count += part.Role == PartRole.Content ? 1 : 0;
        var contents = new Digest[count];
        foreach (var part in parts)
            if (part.Role == PartRole.Content) contents[^count--] = part.Sha256;
        return contents.Length < 2 ? contents : [.. contents.Distinct()];
    }
}
