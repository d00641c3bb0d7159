using Evidence.Core;
using Evidence.Node.Monitoring.Places;

namespace Evidence.Node.Monitoring.Judging;

/// <summary>What a volume says of a leaf: the hash of the seal that stands there.</summary>
internal sealed record VolumeLeaf(Digest Hash, Place Place);

/// <summary>
/// The two carriers of every leaf hash side by side: the seal in a volume and the hash in a level-0 tile. Only where they differ is
/// anything kept, so the table stays small however long the log is.
/// </summary>
/// <param name="size">Leaves that are compared; what lies beyond is not in the log's tiles yet.</param>
/// <param name="readTile">Hashes of the level-0 tile of that index, as it lies on the medium; null when it cannot be read whole.</param>
internal sealed class LeafTable(ulong size, Func<ulong, IReadOnlyList<Digest>?> readTile)
{
    private const int Width = 256;
    private readonly ulong[] _seen = new ulong[(size + 63) / 64];
    private readonly Dictionary<ulong, VolumeLeaf> _differing = [];
    private readonly Dictionary<ulong, Place> _duplicates = [];
    private (ulong Index, IReadOnlyList<Digest>? Hashes)? _tile;

    internal ulong Size => size;

    /// <summary>Leaves whose seal in the volumes does not hash to what the tile says; the tile may lack them.</summary>
    internal IReadOnlyDictionary<ulong, VolumeLeaf> Differing => _differing;

    /// <summary>Second places of leaves that stand in the volumes more than once.</summary>
    internal IReadOnlyDictionary<ulong, Place> Duplicates => _duplicates;

    internal void Add(ulong leaf, Digest fromVolume, Place place)
    {
        if (leaf >= size) return;
        if (IsSeen(leaf))
        {
            _duplicates[leaf] = place;
            return;
        }
        See(leaf);
        if (FromTile(leaf) != fromVolume) _differing[leaf] = new VolumeLeaf(fromVolume, place);
    }

    /// <summary>Takes in leaves whose seals were those of the tiles when their volume was read; false, and nothing is taken in, when one of them stands in another volume too.</summary>
    internal bool TrySee(IReadOnlyList<LeafRun> runs)
    {
        var leaves = runs.SelectMany(run => Enumerable.Range(0, (int)run.Count).Select(i => run.First + (ulong)i)).Where(leaf => leaf < size);
        if (leaves.Any(IsSeen)) return false;
        foreach (var leaf in leaves) See(leaf);
        return true;
    }

    internal bool IsSeen(ulong leaf) => (_seen[leaf / 64] & (1UL << (int)(leaf % 64))) != 0;

    /// <summary>Leaves that no readable seal in the volumes stands for.</summary>
    internal IEnumerable<ulong> Missing()
    {
        for (ulong leaf = 0; leaf < size; leaf++)
        {
            if (leaf % 64 == 0 && _seen[leaf / 64] == ulong.MaxValue) leaf += 63;
            else if (!IsSeen(leaf)) yield return leaf;
        }
    }

    /// <summary>What the seal in the volumes hashes to; null when none is readable.</summary>
    internal Digest? FromVolume(ulong leaf) =>
        _differing.TryGetValue(leaf, out var differing) ? differing.Hash : IsSeen(leaf) ? FromTile(leaf) : null;

    internal Digest? FromTile(ulong leaf) => Tile(leaf / Width)?[(int)(leaf % Width)];

    private void See(ulong leaf) => _seen[leaf / 64] |= 1UL << (int)(leaf % 64);

    /// <summary>The hashes of a level-0 tile, all that the log has of it; null when it cannot be read whole.</summary>
    internal IReadOnlyList<Digest>? Tile(ulong index)
    {
        if (_tile is { } kept && kept.Index == index) return kept.Hashes;
        var hashes = readTile(index);
        var width = (int)Math.Min(Width, size - index * Width);
        if (hashes is not null && hashes.Count < width) hashes = null;
        _tile = (index, hashes);
        return hashes;
    }
}
