using System.Buffers.Binary;
using Evidence.Core;
using Evidence.Storage.Index;

namespace Evidence.Storage.Sweeping;

/// <summary>
/// Makes fingerprints of entries. An entry's bytes are the coefficients of a polynomial, taken at a secret point, and a set of entries is the product of a secret number less each value: two sets that differ
/// are two polynomials that differ, which agree at few points (Schwartz and Zippel). Not for several threads at once; fingerprints of several hashers with the same key are added.
/// </summary>
internal sealed class EntryHasher(EntryKey key)
{
    private const int WordBytes = 7; // a coefficient must be below the prime
    private const ulong WordMask = (1UL << (8 * WordBytes)) - 1;
    private const int MaxEntry = IndexFormat.NumberKeySize + LeafChunk.EntrySize;
    private readonly byte[] _entry = new byte[MaxEntry + sizeof(ulong)];

    private ulong _first = 1, _second = 1;
    private long _count;

    /// <summary>The fingerprint of all that was added.</summary>
    internal EntryPrint Sum => new(Mersenne61.Reduce(_first), Mersenne61.Reduce(_second), _count);

    /// <summary>Begins anew.</summary>
    internal void Clear() => (_first, _second, _count) = (1, 1, 0);

    /// <summary>record → leaf.</summary>
    internal void AddRecord(RecordId record, ulong leaf)
    {
        IndexFormat.WriteRecordKey(_entry, record);
        BinaryPrimitives.WriteUInt64BigEndian(_entry.AsSpan(IndexFormat.RecordKeySize), leaf);
        Take(IndexFormat.RecordKeySize + sizeof(ulong));
    }

    /// <summary>digest, leaf.</summary>
    internal void AddDigest(byte kind, in Digest sha256, ulong leaf)
    {
        IndexFormat.WriteDigestKey(_entry, kind, sha256, leaf);
        Take(IndexFormat.DigestKeySize);
    }

    /// <summary>leaf → record, seal, place.</summary>
    internal void AddLeaf(ulong leaf, RecordId record, in Digest seal, uint volume, long offset, long length)
    {
        IndexFormat.WriteNumberKey(_entry, IndexFormat.Leaf, leaf);
        LeafChunk.Write(_entry.AsSpan(IndexFormat.NumberKeySize), record, seal, volume, (ulong)offset, (ulong)length);
        Take(MaxEntry);
    }

    /// <summary>A leaf as it stands in a chunk of the index.</summary>
    internal void AddLeaf(ulong leaf, ReadOnlySpan<byte> stored)
    {
        IndexFormat.WriteNumberKey(_entry, IndexFormat.Leaf, leaf);
        stored.CopyTo(_entry.AsSpan(IndexFormat.NumberKeySize));
        Take(MaxEntry);
    }

    /// <summary>Any other entry, key and value; together no longer than a leaf.</summary>
    internal void Add(ReadOnlySpan<byte> entryKey, ReadOnlySpan<byte> value)
    {
        entryKey.CopyTo(_entry);
        value.CopyTo(_entry.AsSpan(entryKey.Length));
        Take(entryKey.Length + value.Length);
    }

    /// <summary>All entries of a record.</summary>
    internal void Add(IndexedRecord record)
    {
        var place = record.Place;
        AddLeaf(place.Leaf, record.Record, record.SealSha256, place.Volume, (long)place.Offset, (long)place.Length);
        AddRecord(record.Record, place.Leaf);
        AddDigest(IndexFormat.Seal, record.SealSha256, place.Leaf);
        foreach (var content in record.Contents) AddDigest(IndexFormat.Content, content, place.Leaf);
    }

    private void Take(int length)
    {
        _entry.AsSpan(length, sizeof(ulong)).Clear(); // the last word reaches behind the entry
        var (first, second) = ((ulong)length, (ulong)length);
        var (firstPoint, secondPoint) = (key.First, key.Second);
        ReadOnlySpan<byte> entry = _entry;
        for (var at = 0; at < length; at += WordBytes)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(entry[at..]) & WordMask;
            first = Mersenne61.Multiply(first, firstPoint) + word;
            second = Mersenne61.Multiply(second, secondPoint) + word;
        }

        _first = Mersenne61.Multiply(_first, Mersenne61.Subtract(key.FirstOffset, first));
        _second = Mersenne61.Multiply(_second, Mersenne61.Subtract(key.SecondOffset, second));
        _count++;
    }
}
