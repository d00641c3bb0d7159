using System.Runtime.InteropServices;

namespace Evidence.Core.Log;

/// <summary>The nodes of the tree of <paramref name="treeSize"/> leaves, from its hash tiles; nodes between the levels of tiles are hashed here.</summary>
/// <param name="treeSize">Number of leaves of the tree.</param>
/// <param name="readTile">Gives the bytes of a tile, 32 for each hash: as many hashes as the tile is wide, or more where the tile has grown since.</param>
/// <remarks>Keeps the last tile that was read at each level: the nodes of one proof lie side by side. Not safe for use by several threads at once.</remarks>
public sealed class TileNodeSource(ulong treeSize, Func<TileId, ReadOnlyMemory<byte>> readTile) : INodeSource
{
    private readonly (TileId Id, ReadOnlyMemory<byte> Bytes)[] _last = new (TileId, ReadOnlyMemory<byte>)[TileId.MaxLevel + 1];

    /// <inheritdoc/>
    public Digest Node(int level, ulong index)
    {
        if (level is < 0 or > 63 || index >= treeSize >> level)
            throw new MissingNodeException(level, index, $"the tree of {treeSize} leaves has no such complete subtree.");
        var tile = TileId.ForNode(level, index, treeSize);
        var count = 1 << (level % TileId.Height);
        var first = (int)((index << (level % TileId.Height)) % TileId.FullWidth);
        var hashes = MemoryMarshal.Cast<byte, Digest>(Read(tile, level, index).Span);
        return MerkleTree.Root(hashes.Slice(first, count));
    }

    private ReadOnlyMemory<byte> Read(TileId tile, int level, ulong index)
    {
        ref var last = ref _last[tile.Level];
        if (last.Id == tile) return last.Bytes; // the default id has width 0 and is no tile's
        var bytes = readTile(tile);
        if (bytes.Length < tile.Width * Digest.Size)
            throw new MissingNodeException(level, index, $"tile {tile.Path} has {bytes.Length} bytes instead of {tile.Width * Digest.Size}.");
        last = (tile, bytes);
        return bytes;
    }
}
