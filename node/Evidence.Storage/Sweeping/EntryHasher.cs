using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Storage.Index;

namespace Evidence.Storage.Sweeping;

/// <summary>Sums entries of an index, many at once. Not for several threads at once; sums of several hashers with the same key are added.</summary>
internal sealed class EntryHasher(ReadOnlyMemory<byte> key)
{
    /// <summary>With it the entries of a record and of a digest take one block of SHA-256.</summary>
    internal const int KeySize = 14;

    private const int AtOnce = 512;
    private const int MaxEntry = IndexFormat.NumberKeySize + LeafChunk.EntrySize;
    private readonly byte[] _bytes = new byte[AtOnce * (KeySize + MaxEntry)];
    private readonly MessageRange[] _entries = new MessageRange[AtOnce];
    private readonly Digest[] _digests = new Digest[AtOnce];
    private int _count, _end;
    private EntrySum _sum;

    /// <summary>A key that nobody knew before.</summary>
    internal static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeySize);

    /// <summary>The sum of all that was added.</summary>
    internal EntrySum Sum
    {
        get
        {
            Flush();
            return _sum;
        }
    }

    /// <summary>Begins anew.</summary>
    internal void Clear() => (_count, _end, _sum) = (0, 0, default);

    /// <summary>record → leaf.</summary>
    internal void AddRecord(RecordId record, ulong leaf)
    {
        var entry = Next(IndexFormat.RecordKeySize + sizeof(ulong));
        IndexFormat.WriteRecordKey(entry, record);
        BinaryPrimitives.WriteUInt64BigEndian(entry[IndexFormat.RecordKeySize..], leaf);
    }

    /// <summary>digest, leaf.</summary>
    internal void AddDigest(byte kind, in Digest sha256, ulong leaf) => IndexFormat.WriteDigestKey(Next(IndexFormat.DigestKeySize), kind, sha256, leaf);

    /// <summary>leaf → record, seal, place.</summary>
    internal void AddLeaf(ulong leaf, RecordId record, in Digest seal, uint volume, long offset, long length)
    {
        var entry = Next(MaxEntry);
        IndexFormat.WriteNumberKey(entry, IndexFormat.Leaf, leaf);
        LeafChunk.Write(entry[IndexFormat.NumberKeySize..], record, seal, volume, (ulong)offset, (ulong)length);
    }

    /// <summary>A leaf as it stands in a chunk of the index.</summary>
    internal void AddLeaf(ulong leaf, ReadOnlySpan<byte> stored)
    {
        var entry = Next(MaxEntry);
        IndexFormat.WriteNumberKey(entry, IndexFormat.Leaf, leaf);
        stored.CopyTo(entry[IndexFormat.NumberKeySize..]);
    }

    /// <summary>Any other entry, key and value.</summary>
    internal void Add(ReadOnlySpan<byte> entryKey, ReadOnlySpan<byte> value)
    {
        var entry = Next(entryKey.Length + value.Length);
        entryKey.CopyTo(entry);
        value.CopyTo(entry[entryKey.Length..]);
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

    private Span<byte> Next(int length)
    {
        if (_count == AtOnce) Flush();
        var at = _end;
        _end += KeySize + length;
        _entries[_count++] = new MessageRange(at, KeySize + length);
        key.Span.CopyTo(_bytes.AsSpan(at));
        return _bytes.AsSpan(at + KeySize, length);
    }

    private void Flush()
    {
        var digests = _digests.AsSpan(0, _count);
        BulkSha256.Best.Hash(_bytes.AsSpan(0, _end), _entries.AsSpan(0, _count), digests);
        var sum = _sum.Value;
        foreach (ref readonly var digest in digests) sum = unchecked(sum + MemoryMarshal.Read<UInt128>(Digest.AsSpan(in digest)));
        _sum = new EntrySum(sum, _sum.Count + _count);
        (_count, _end) = (0, 0);
    }
}
