using Evidence.Core.Hashing;

namespace Evidence.Core.Log;

/// <summary>The nodes of the tree of <paramref name="treeSize"/> leaves, from its hash tiles; nodes between the levels of tiles are hashed here.</summary>
/// <param name="treeSize">Number of leaves of the tree.</param>
/// <param name="readTile">Gives the bytes of a tile, 32 for each hash: as many hashes as the tile is wide, or more where the tile has grown since.</param>
/// <param name="by">How inner nodes are hashed: <see cref="BulkSha256.Framework"/> where the outcome is to confirm a difference; null for the fastest way.</param>
/// <remarks>Keeps the last tile that was read at each level, and its inner nodes once one of them was asked for: the nodes of one proof lie side by side. Not safe for use by several threads at once.</remarks>
public sealed class TileNodeSource(ulong treeSize, Func<TileId, ReadOnlyMemory<byte>> readTile, BulkSha256? by = null) : INodeSource
{
    private readonly BulkSha256 _by = by ?? BulkSha256.Best;
    private readonly LoadedTile?[] _last = new LoadedTile?[TileId.MaxLevel + 1];

    /// <inheritdoc/>
    public Digest Node(int level, ulong index)
    {
        if (level is < 0 or > 63 || index >= treeSize >> level)
            throw new MissingNodeException(level, index, $"the tree of {treeSize} leaves has no such complete subtree.");
        var within = level % TileId.Height;
        var place = (int)(index % (ulong)(TileId.FullWidth >> within));
        return Load(TileId.ForNode(level, index, treeSize), level, index).Node(within, place, _by);
    }

    private LoadedTile Load(TileId tile, int level, ulong index)
    {
        if (_last[tile.Level] is { } last && last.Id == tile) return last;
        var bytes = readTile(tile);
        if (bytes.Length < tile.Width * Digest.Size)
            throw new MissingNodeException(level, index, $"tile {tile.Path} has {bytes.Length} bytes instead of {tile.Width * Digest.Size}.");
        return _last[tile.Level] = new LoadedTile(tile, bytes);
    }
}
