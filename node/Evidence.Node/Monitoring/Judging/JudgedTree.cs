using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Node.Monitoring.Judging;

/// <summary>
/// The tree of a log as it must have been, found out of two carriers that may both be damaged, and where both are damaged at one leaf, of a third. The order of
/// trust decides: whatever gives the root that the ledger anchored is right, and after that whatever gives the root of the signed checkpoint.
/// </summary>
/// <param name="leaves">What the seals in the volumes and the level-0 tiles say.</param>
/// <param name="upperTile">The hash that the level above holds for a full level-0 tile; null when none can be read.</param>
/// <param name="fromBundle">What the entry of a leaf in its entry bundle hashes to; null when none can be read.</param>
internal sealed class JudgedTree(LeafTable leaves, Func<ulong, Digest?> upperTile, Func<ulong, Digest?> fromBundle) : INodeSource
{
    private const int TileLevel = 8;

    // 2^8 trials: a handful of contested leaves is searched through, a mass of them is decided by whole tiles.
    private const int MaxContestedAtOnce = 8;
    private readonly Dictionary<ulong, Digest> _chosen = [];
    private readonly Dictionary<(int Level, ulong Index), Digest> _known = [];
    private BulkSha256 _by = BulkSha256.Best;

    /// <summary>Leaves below this are proven: their tree has a trusted root.</summary>
    internal ulong ProvenSize { get; private set; }

    /// <summary>Trusted roots that no reading of the log's files gives.</summary>
    internal IReadOnlyList<TrustedRoot> Contradicted { get; private set; } = [];

    internal ulong Size => leaves.Size;

    /// <summary>The hash that the leaf must have; null when nothing says it. Proven when the leaf is below <see cref="ProvenSize"/>.</summary>
    internal Digest? Leaf(ulong leaf) => _chosen.TryGetValue(leaf, out var chosen) ? chosen : leaves.FromTile(leaf);

    /// <inheritdoc/>
    public Digest Node(int level, ulong index)
    {
        if (level == 0) return Leaf(index) ?? throw new MissingNodeException(level, index, "neither the volumes nor the tiles say it.");
        if (level < TileLevel) return MerkleTree.NodeHash(Node(level - 1, index * 2), Node(level - 1, index * 2 + 1));
        if (_known.TryGetValue((level, index), out var known)) return known;
        var hash = level == TileLevel && TileNode(index, ChosenIn(index), _by) is { } node
            ? node
            : MerkleTree.NodeHash(Node(level - 1, index * 2), Node(level - 1, index * 2 + 1));
        _known[(level, index)] = hash;
        return hash;
    }

    /// <summary>Whether the tree of that size has that root; false when it lacks a leaf.</summary>
    internal bool Gives(ulong size, Digest root)
    {
        if (RootOrNull(size) == root) return true;
        return UseFramework() && RootOrNull(size) == root;
    }

    /// <summary>From now on all nodes are hashed by the framework, as they must be where a difference is reported.</summary>
    /// <returns>Whether they were not before.</returns>
    internal bool UseFramework()
    {
        if (_by == BulkSha256.Framework) return false;
        _by = BulkSha256.Framework;
        _known.Clear();
        return true;
    }

    /// <summary>A node; null when it lacks a leaf.</summary>
    internal Digest? NodeOrNull(int level, ulong index)
    {
        try
        {
            return Node(level, index);
        }
        catch (MissingNodeException)
        {
            return null;
        }
    }

    /// <summary>The root of the tree of that size; null when it lacks a leaf.</summary>
    internal Digest? RootOrNull(ulong size)
    {
        if (size > Size) return null;
        try
        {
            return TreeRoot.At(size, this);
        }
        catch (MissingNodeException)
        {
            return null;
        }
    }

    /// <summary>Decides between the carriers.</summary>
    /// <param name="trusted">In the order of trust.</param>
    /// <param name="ct">Ends it between two readings: each may hash the whole log.</param>
    internal void Judge(IReadOnlyList<TrustedRoot> trusted, CancellationToken ct)
    {
        var best = -1;
        IReadOnlyList<KeyValuePair<ulong, Digest>> kept = [];
        foreach (var reading in Readings())
        {
            ct.ThrowIfCancellationRequested();
            Choose(reading);
            var rank = Rank(trusted);
            if (rank <= best) continue;
            (best, kept) = (rank, reading);
            if (trusted.All(Gives)) break;
        }
        Choose(kept);
        Conclude(trusted);
        if (Contradicted.Count > 0) TryComplete(InBundles(), trusted);
    }

    /// <summary>
    /// Takes further leaf hashes, such as a peer's, if with them the tree has a trusted root that it did not have before;
    /// otherwise leaves everything as it was.
    /// </summary>
    internal bool TryComplete(IEnumerable<KeyValuePair<ulong, Digest>> candidates, IReadOnlyList<TrustedRoot> trusted)
    {
        var before = _chosen.ToList();
        var rank = Rank(trusted);
        var proposed = new Dictionary<ulong, Digest>(before);
        foreach (var (leaf, hash) in candidates) proposed[leaf] = hash;
        Choose([.. proposed]);
        var better = Rank(trusted) > rank;
        if (!better) Choose(before);
        Conclude(trusted);
        return better;
    }

    private bool Gives(TrustedRoot root) => Gives(root.Size, root.Root);

    // A root earlier in the order of trust outweighs all that come after it.
    private int Rank(IReadOnlyList<TrustedRoot> trusted)
    {
        var rank = 0;
        foreach (var root in trusted) rank = rank * 2 + (Gives(root) ? 1 : 0);
        return rank;
    }

    private void Conclude(IReadOnlyList<TrustedRoot> trusted)
    {
        ProvenSize = trusted.Where(Gives).Select(root => root.Size).DefaultIfEmpty(0UL).Max();
        Contradicted = [.. trusted.Where(root => !Gives(root))];
    }

    private void Choose(IReadOnlyList<KeyValuePair<ulong, Digest>> choice)
    {
        foreach (var leaf in _chosen.Keys) Forget(leaf);
        _chosen.Clear();
        foreach (var (leaf, hash) in choice)
        {
            _chosen[leaf] = hash;
            Forget(leaf);
        }
    }

    private void Forget(ulong leaf)
    {
        for (var level = TileLevel; level < 64; level++) _known.Remove((level, leaf >> level));
    }

    /// <summary>Ways to read the log where its carriers differ, the likely ones first.</summary>
    private IEnumerable<IReadOnlyList<KeyValuePair<ulong, Digest>>> Readings()
    {
        var only = leaves.Differing.Where(leaf => leaves.FromTile(leaf.Key) is null).Select(Pair).ToList();
        var contested = leaves.Differing.Where(leaf => leaves.FromTile(leaf.Key) is not null).Select(Pair).ToList();
        yield return only; // tiles first
        if (contested.Count == 0) yield break;
        yield return [.. only, .. contested]; // volumes first
        yield return [.. only, .. ByUpperTiles(contested)];
        if (contested.Count > MaxContestedAtOnce) yield break;
        foreach (var some in Subsets(contested)) yield return [.. only, .. some];
    }

    /// <summary>What entry bundles say of leaves of which the volumes hold no seal that the tile agrees with.</summary>
    private IEnumerable<KeyValuePair<ulong, Digest>> InBundles()
    {
        foreach (var leaf in leaves.Missing().Concat(leaves.Differing.Keys).Order())
            if (fromBundle(leaf) is { } hash && hash != Leaf(leaf)) yield return KeyValuePair.Create(leaf, hash);
    }

    /// <summary>Decides tile by tile which carrier gives the hash that the level above holds.</summary>
    private List<KeyValuePair<ulong, Digest>> ByUpperTiles(List<KeyValuePair<ulong, Digest>> contested)
    {
        var taken = new List<KeyValuePair<ulong, Digest>>();
        foreach (var tile in contested.GroupBy(leaf => leaf.Key >> TileLevel))
        {
            if (upperTile(tile.Key) is not { } expected) continue;
            var options = tile.Count() <= MaxContestedAtOnce ? Subsets([.. tile]) : [[], [.. tile]];
            var fitting = options.FirstOrDefault(option => TileNode(tile.Key, option, BulkSha256.Framework) == expected);
            if (fitting is not null) taken.AddRange(fitting);
        }
        return taken;
    }

    // By the leaves of the tile and not by what is chosen: that may be every leaf of the log.
    private IEnumerable<KeyValuePair<ulong, Digest>> ChosenIn(ulong tile)
    {
        if (_chosen.Count == 0) yield break;
        for (var leaf = tile << TileLevel; leaf >> TileLevel == tile; leaf++)
            if (_chosen.TryGetValue(leaf, out var hash)) yield return KeyValuePair.Create(leaf, hash);
    }

    private Digest? TileNode(ulong tile, IEnumerable<KeyValuePair<ulong, Digest>> option, BulkSha256 by)
    {
        var first = tile << TileLevel;
        if (first + (1 << TileLevel) > Size || leaves.Tile(tile) is not { } stored) return null;
        Digest[] hashes = [.. stored.Take(1 << TileLevel)];
        foreach (var (leaf, hash) in option) hashes[leaf - first] = hash;
        return MerkleTree.Root(hashes, by);
    }

    private static IEnumerable<List<KeyValuePair<ulong, Digest>>> Subsets(List<KeyValuePair<ulong, Digest>> all)
    {
        for (var mask = 0; mask < 1 << all.Count; mask++) yield return [.. all.Where((_, at) => (mask >> at & 1) == 1)];
    }

    private static KeyValuePair<ulong, Digest> Pair(KeyValuePair<ulong, VolumeLeaf> leaf) => new(leaf.Key, leaf.Value.Hash);
}
