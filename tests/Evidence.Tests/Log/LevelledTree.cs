using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Tests.Log;

/// <summary>A tree in memory: every complete subtree's hash, by level. Leaves are made up from their index.</summary>
internal sealed class LevelledTree : INodeSource
{
    private readonly List<Digest[]> _levels = [];

    internal LevelledTree(int size)
    {
        var level = Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash(Entry(i))).ToArray();
        while (level.Length > 0)
        {
            _levels.Add(level);
            var below = level;
            level = [.. Enumerable.Range(0, below.Length / 2).Select(i => MerkleTree.NodeHash(below[2 * i], below[(2 * i) + 1]))];
        }
    }

    internal static byte[] Entry(int leaf) => BitConverter.GetBytes(leaf);

    internal ReadOnlySpan<Digest> Leaves => _levels[0];

    public Digest Node(int level, ulong index) => level < _levels.Count && index < (ulong)_levels[level].Length
        ? _levels[level][index]
        : throw new MissingNodeException(level, index, "the tree is smaller.");

    /// <summary>The bytes of a hash tile.</summary>
    internal byte[] Tile(TileId id) =>
        [.. Enumerable.Range(0, id.Width).SelectMany(i => Node(id.Level * TileId.Height, (id.Index * TileId.FullWidth) + (ulong)i).ToArray())];
}
