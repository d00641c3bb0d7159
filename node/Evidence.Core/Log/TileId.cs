namespace Evidence.Core.Log;

/// <summary>The name of one tile or entry bundle of a log (C2SP tlog-tiles): where it lies and how wide it is.</summary>
/// <param name="Level">Level of a hash tile, 0 for leaf hashes, at most <see cref="MaxLevel"/>; <see cref="EntriesLevel"/> for an entry bundle.</param>
/// <param name="Index">Number of the tile within its level.</param>
/// <param name="Width">Number of hashes or entries in it, 1 to <see cref="FullWidth"/>.</param>
public readonly record struct TileId(int Level, ulong Index, int Width)
{
    /// <summary>Width of a full tile, in hashes or entries.</summary>
    public const int FullWidth = 256;

    /// <summary>Levels of the tree that one tile spans: 2^8 = <see cref="FullWidth"/>.</summary>
    public const int Height = 8;

    /// <summary>The highest level of tiles that a tree of fewer than 2^64 leaves has.</summary>
    public const int MaxLevel = 7;

    /// <summary>The value of <see cref="Level"/> that stands for entry bundles.</summary>
    public const int EntriesLevel = -1;

    /// <summary>Whether the tile is narrower than a full one.</summary>
    public bool IsPartial => Width < FullWidth;

    /// <summary>Whether this names an entry bundle.</summary>
    public bool IsEntryBundle => Level == EntriesLevel;

    /// <summary>The path below the log's prefix, for example <c>tile/0/x001/234.p/17</c> or <c>tile/entries/000</c>.</summary>
    public string Path => TilePath.Format(this);

    /// <summary>The full tile in the same place, which comes to stand for this one when the tree has grown.</summary>
    public TileId Full => this with { Width = FullWidth };

    /// <summary>An entry bundle of <paramref name="width"/> entries.</summary>
    public static TileId EntryBundle(ulong index, int width) => new(EntriesLevel, index, width);

    /// <summary>Reads a path exactly as <see cref="Path"/> writes it; false for any other text.</summary>
    public static bool TryParse(string? path, out TileId id) => TilePath.TryParse(path, out id);

    /// <summary>The tile of the tree of <paramref name="treeSize"/> leaves from which a node is had: the node stands in it or is hashed from a stretch of it.</summary>
    /// <param name="level">The node's level in the tree; a leaf hash is at level 0.</param>
    /// <param name="index">The node's number within its level.</param>
    /// <param name="treeSize">Number of leaves of the tree.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such complete subtree.</exception>
    public static TileId ForNode(int level, ulong index, ulong treeSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 63);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, treeSize >> level);
        var first = index << (level % Height); // the node's first hash, counted along the level of its tile
        return At(level / Height, first / FullWidth, treeSize);
    }

    /// <summary>The entry bundle that holds entry <paramref name="leaf"/> in the tree of <paramref name="treeSize"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static TileId EntryBundleOf(ulong leaf, ulong treeSize) => ForNode(0, leaf, treeSize) with { Level = EntriesLevel };

    /// <summary>Every tile and entry bundle that is live in the tree of <paramref name="treeSize"/> leaves: entry bundles first, then hash tiles from level 0 upwards, each from left to right.</summary>
    public static IEnumerable<TileId> All(ulong treeSize)
    {
        for (var level = EntriesLevel; level <= MaxLevel; level++)
        {
            var width = treeSize >> (Height * Math.Max(level, 0));
            for (ulong index = 0; index < width / FullWidth; index++) yield return new TileId(level, index, FullWidth);
            if (width % FullWidth != 0) yield return new TileId(level, width / FullWidth, (int)(width % FullWidth));
        }
    }

    private static TileId At(int level, ulong index, ulong treeSize)
    {
        var width = treeSize >> (Height * level);
        return new TileId(level, index, (int)Math.Min(FullWidth, width - (index * FullWidth)));
    }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
