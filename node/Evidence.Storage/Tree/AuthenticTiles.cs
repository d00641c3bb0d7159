using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Storage.Tree;

/// <summary>
/// Leaf hashes out of tiles that are held to the tile above them, up to the right edge in memory: a tile that was changed on disk gives nothing.
/// Keeps one tile a level, so that going through leaves in order is cheap. Not for several threads at once.
/// </summary>
internal sealed class AuthenticTiles(LogTree tree)
{
    private readonly (TileId Id, ReadOnlyMemory<byte> Bytes)[] _last = new (TileId, ReadOnlyMemory<byte>)[TileId.MaxLevel + 1];

    /// <summary>The leaf hash, or null when the tree is smaller or a tile on the way is missing or wrong.</summary>
    internal Digest? LeafHash(ulong leaf) => leaf < tree.Size ? Hash(0, leaf) : null;

    /// <summary>Whether a full tile's bytes are those that the tree has.</summary>
    internal bool IsAuthentic(TileId tile, ReadOnlySpan<byte> bytes) =>
        bytes.Length == TileId.FullWidth * Digest.Size
        && Hash(tile.Level + 1, tile.Index) is { } expected
        && HasRoot(MemoryMarshal.Cast<byte, Digest>(bytes), expected);

    // A tile is wrong only where the framework says so too.
    private static bool HasRoot(ReadOnlySpan<Digest> hashes, Digest expected) =>
        MerkleTree.Root(hashes) == expected || MerkleTree.Root(hashes, BulkSha256.Framework) == expected;

    private Digest? Hash(int level, ulong index)
    {
        var tile = new TileId(level, index / TileId.FullWidth, TileId.FullWidth);
        if (_last[level].Id != tile && !Load(tile, (int)(index % TileId.FullWidth) + 1)) return null;
        return MemoryMarshal.Cast<byte, Digest>(_last[level].Bytes.Span)[(int)(index % TileId.FullWidth)];
    }

    private bool Load(TileId tile, int width)
    {
        if (tree.ReadEdge(tile with { Width = width }) is { } edge)
        {
            _last[tile.Level] = (default, edge); // the edge grows: it is asked for each time
            return true;
        }

        if (TryRead(tile) is not { } bytes || !IsAuthentic(tile, bytes.Span)) return false;
        _last[tile.Level] = (tile, bytes);
        return true;
    }

    private ReadOnlyMemory<byte>? TryRead(TileId tile)
    {
        try
        {
            return tree.Read(tile);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
