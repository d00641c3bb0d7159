using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Storage.Tree;

/// <summary>The right edge of the tree: the tile of each level that is not full yet, and the entry bundle. Everything left of it lies in full tiles.</summary>
/// <param name="by">How roots of tiles are hashed: by the framework where the tree is to be signed, by any way where its root is compared with one that was.</param>
internal sealed class TreeEdge(BulkSha256 by)
{
    private readonly List<Digest>[] _levels = [.. Enumerable.Range(0, TileId.MaxLevel + 1).Select(_ => new List<Digest>(TileId.FullWidth))];
    private readonly List<ReadOnlyMemory<byte>> _entries = new(TileId.FullWidth);

    /// <summary>How roots of tiles are hashed.</summary>
    internal BulkSha256 By { get; } = by;

    /// <summary>Leaves in the edge and left of it.</summary>
    internal ulong Size { get; private set; }

    /// <summary>Adds a leaf. The tiles that become full with it, bundle first, are handed to <paramref name="full"/>.</summary>
    internal void Append(ReadOnlyMemory<byte> entry, Digest leafHash, Action<TileId, byte[]> full)
    {
        _entries.Add(entry);
        _levels[0].Add(leafHash);
        Size++;
        if (_entries.Count < TileId.FullWidth) return;
        full(TileId.EntryBundle((Size / TileId.FullWidth) - 1, TileId.FullWidth), EntryBundle.Encode(_entries));
        _entries.Clear();
        for (var level = 0; level < TileId.MaxLevel && _levels[level].Count == TileId.FullWidth; level++) Complete(level, full);
    }

    /// <summary>The bytes of the first <paramref name="tile"/>.Width hashes or entries of a tile, or null when the tile is not in the edge.</summary>
    internal byte[]? Read(TileId tile)
    {
        var level = Math.Max(tile.Level, 0);
        if (tile.Index != (Size >> (TileId.Height * level)) / TileId.FullWidth) return null;
        if (tile.IsEntryBundle) return tile.Width <= _entries.Count ? EntryBundle.Encode(_entries.Take(tile.Width)) : null;
        var hashes = _levels[level];
        return tile.Width <= hashes.Count ? MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(hashes)[..tile.Width]).ToArray() : null;
    }

    /// <summary>Begins at a size that is a multiple of 256, from the full tiles left of it.</summary>
    internal void Load(ulong size, Func<TileId, ReadOnlyMemory<byte>> readFull)
    {
        if (size % TileId.FullWidth != 0) throw new ArgumentOutOfRangeException(nameof(size), "The edge begins at full tiles.");
        _entries.Clear();
        foreach (var level in _levels) level.Clear();
        for (var level = 1; level <= TileId.MaxLevel; level++)
        {
            var count = size >> (TileId.Height * level);
            for (var tile = count - (count % TileId.FullWidth); tile < count; tile++)
                _levels[level].Add(MerkleTree.Root(MemoryMarshal.Cast<byte, Digest>(readFull(new TileId(level - 1, tile, TileId.FullWidth)).Span), BulkSha256.Framework)); // the tiles are judged by them
        }

        Size = size;
    }

    private void Complete(int level, Action<TileId, byte[]> full)
    {
        var hashes = CollectionsMarshal.AsSpan(_levels[level]);
        full(new TileId(level, (Size >> (TileId.Height * (level + 1))) - 1, TileId.FullWidth), MemoryMarshal.AsBytes(hashes).ToArray());
        _levels[level + 1].Add(MerkleTree.Root(hashes, By));
        _levels[level].Clear();
    }
}
