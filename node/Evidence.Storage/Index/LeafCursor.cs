using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Index;

/// <summary>Looks up leaves of an index that does not change meanwhile, mostly in order: it keeps the last chunk. Not for several threads at once.</summary>
internal sealed class LeafCursor(RecordIndex index, Snapshot? snapshot)
{
    private LeafChunk _chunk;

    /// <summary>What the index says of a leaf, or null.</summary>
    internal IndexedLeaf? Find(ulong leaf)
    {
        if (!_chunk.Holds(leaf)) _chunk = index.ChunkFrom(leaf, snapshot) ?? default;
        return _chunk.Holds(leaf) ? _chunk.Leaf(leaf) : null;
    }
}
