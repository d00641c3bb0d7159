using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Index;

/// <summary>Gathers what the index is to take in at once. Digests are put in their order, which spares the database half of its comparisons.</summary>
internal sealed class IndexBatch : IDisposable
{
    private readonly WriteBatch _batch = new();
    private readonly List<(byte Kind, Digest Sha256, ulong Leaf)> _digests = [];
    private readonly List<ulong> _order = [];
    private readonly byte[] _chunk = new byte[LeafChunk.Most * LeafChunk.EntrySize];
    private int _leaves;
    private ulong _last;

    /// <summary>Takes in a record. Those whose leaves follow each other share entries when they come in order.</summary>
    internal void Add(IndexedRecord record)
    {
        var leaf = record.Place.Leaf;
        Span<byte> key = stackalloc byte[IndexFormat.RecordKeySize];
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        IndexFormat.WriteRecordKey(key, record.Record);
        BinaryPrimitives.WriteUInt64BigEndian(value, leaf);
        _batch.Put(key, value);
        AddDigest(IndexFormat.Seal, record.SealSha256, leaf);
        for (var i = 0; i < record.Contents.Count; i++) AddDigest(IndexFormat.Content, record.Contents[i], leaf);
        AddLeaf(record, leaf);
    }

    /// <summary>Puts any other entry.</summary>
    internal void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _batch.Put(key, value);

    /// <summary>Removes an entry.</summary>
    internal void Delete(ReadOnlySpan<byte> key) => _batch.Delete(key);

    /// <summary>Puts leaves of a chunk that keeps only some of its leaves.</summary>
    internal void AddLeaf(IndexedLeaf leaf) => AddLeaf(new IndexedRecord(leaf.Record, leaf.Place, leaf.SealSha256, []), leaf.Place.Leaf);

    /// <summary>The batch with all that was added.</summary>
    internal WriteBatch Complete()
    {
        PutChunk();
        PutDigests();
        return _batch;
    }

    /// <summary>Begins anew.</summary>
    internal void Clear()
    {
        _batch.Clear();
        _digests.Clear();
        _order.Clear();
        _leaves = 0;
    }

    public void Dispose() => _batch.Dispose();

    private void AddDigest(byte kind, Digest sha256, ulong leaf)
    {
        _order.Add((BinaryPrimitives.ReadUInt64BigEndian(Digest.AsSpan(in sha256)) >> 1) | (kind == IndexFormat.Seal ? 1UL << 63 : 0));
        _digests.Add((kind, sha256, leaf));
    }

    private void AddLeaf(IndexedRecord record, ulong leaf)
    {
        if (_leaves == LeafChunk.Most || (_leaves > 0 && leaf != _last + 1)) PutChunk();
        LeafChunk.Write(_chunk.AsSpan(_leaves++ * LeafChunk.EntrySize), record.Record, record.SealSha256, record.Place);
        _last = leaf;
    }

    private void PutChunk()
    {
        if (_leaves == 0) return;
        Span<byte> key = stackalloc byte[IndexFormat.NumberKeySize];
        IndexFormat.WriteNumberKey(key, IndexFormat.Leaf, _last);
        _batch.Put(key, _chunk.AsSpan(0, _leaves * LeafChunk.EntrySize));
        _leaves = 0;
    }

    private void PutDigests()
    {
        CollectionsMarshal.AsSpan(_order).Sort(CollectionsMarshal.AsSpan(_digests));
        Span<byte> key = stackalloc byte[IndexFormat.DigestKeySize];
        foreach (var (kind, sha256, leaf) in _digests)
        {
            IndexFormat.WriteDigestKey(key, kind, sha256, leaf);
            _batch.Put(key, []);
        }

        _digests.Clear();
        _order.Clear();
    }
}
