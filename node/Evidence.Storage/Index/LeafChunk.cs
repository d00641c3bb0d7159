using System.Buffers.Binary;
using Evidence.Core;

namespace Evidence.Storage.Index;

/// <summary>
/// One entry of the index for up to <see cref="Most"/> leaves that follow each other. Its key is that of the last of them, so that the first key from a leaf on leads to its chunk.
/// A leaf has record, seal SHA-256, volume u32, offset u64, length u64.
/// </summary>
/// <param name="Last">Index of the last leaf.</param>
/// <param name="Bytes">The leaves, the first one first.</param>
internal readonly record struct LeafChunk(ulong Last, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>About one block of the database.</summary>
    internal const int Most = 64;

    internal const int EntrySize = RecordId.Size + Digest.Size + 4 + 8 + 8;

    internal int Count => Bytes.Length / EntrySize;

    internal ulong First => Last - (ulong)Count + 1;

    internal bool Holds(ulong leaf) => Count > 0 && leaf <= Last && leaf >= First;

    /// <summary>The chunk in an entry of the index.</summary>
    /// <exception cref="LevelDb.LevelDbException">It is none.</exception>
    internal static LeafChunk Read(byte[] key, byte[] value)
    {
        if (key.Length != 1 + sizeof(ulong) || value.Length == 0 || value.Length % EntrySize != 0) throw new LevelDb.LevelDbException($"Corruption: an index entry of leaves has {value.Length} bytes.");
        return new LeafChunk(BinaryPrimitives.ReadUInt64BigEndian(key.AsSpan(1)), value);
    }

    /// <summary>What it says of a leaf that it holds.</summary>
    internal IndexedLeaf Leaf(ulong leaf)
    {
        var entry = Bytes.Span.Slice((int)(leaf - First) * EntrySize, EntrySize);
        var place = entry[(RecordId.Size + Digest.Size)..];
        return new IndexedLeaf(
            RecordId.FromBytes(entry),
            new Digest(entry.Slice(RecordId.Size, Digest.Size)),
            new Place(BinaryPrimitives.ReadUInt32BigEndian(place), BinaryPrimitives.ReadUInt64BigEndian(place[4..]), BinaryPrimitives.ReadUInt64BigEndian(place[12..]), leaf));
    }

    internal static void Write(Span<byte> entry, RecordId record, in Digest sealSha256, Place place) => Write(entry, record, sealSha256, place.Volume, place.Offset, place.Length);

    internal static void Write(Span<byte> entry, RecordId record, in Digest sealSha256, uint volume, ulong offset, ulong length)
    {
        record.CopyTo(entry);
        sealSha256.CopyTo(entry[RecordId.Size..]);
        entry = entry[(RecordId.Size + Digest.Size)..];
        BinaryPrimitives.WriteUInt32BigEndian(entry, volume);
        BinaryPrimitives.WriteUInt64BigEndian(entry[4..], offset);
        BinaryPrimitives.WriteUInt64BigEndian(entry[12..], length);
    }
}
