using System.Runtime.InteropServices;
using Evidence.Core.Hashing;

namespace Evidence.Core.Log;

/// <summary>A hash tile in memory, and the complete subtrees within it.</summary>
internal sealed class LoadedTile(TileId id, ReadOnlyMemory<byte> bytes)
{
    private Digest[]? _inner; // level after level, without the tile's own hashes

    internal TileId Id => id;

    /// <summary>The node <paramref name="place"/> of those at <paramref name="level"/> levels above the tile's own hashes.</summary>
    internal Digest Node(int level, int place, BulkSha256 by)
    {
        if (level == 0) return Hashes[place];
        _inner ??= HashInner(by);
        var first = 0;
        for (var below = 1; below < level; below++) first += id.Width >> below;
        return _inner[first + place];
    }

    private ReadOnlySpan<Digest> Hashes => MemoryMarshal.Cast<byte, Digest>(bytes.Span)[..id.Width];

    private Digest[] HashInner(BulkSha256 by)
    {
        var inner = new Digest[id.Width];
        var level = Hashes;
        var nodes = inner.AsSpan();
        for (var count = id.Width / 2; count > 0; count /= 2)
        {
            by.HashNodes(level[..(2 * count)], nodes[..count]);
            level = nodes[..count];
            nodes = nodes[count..];
        }

        return inner;
    }
}
