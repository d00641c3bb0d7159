using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Node.Replication;

/// <summary>A tree and leaves that are about to be added to it: gives the root that it would have.</summary>
/// <param name="size">Leaves of the tree as it is.</param>
/// <param name="nodes">Its nodes.</param>
/// <param name="added">Hashes of leaves from <paramref name="size"/> on.</param>
internal sealed class ExtendedTree(ulong size, INodeSource nodes, IReadOnlyDictionary<ulong, Digest> added) : INodeSource
{
    /// <inheritdoc/>
    public Digest Node(int level, ulong index)
    {
        if ((index + 1) << level <= size) return nodes.Node(level, index);
        if (level > 0) return MerkleTree.NodeHash(Node(level - 1, index * 2), Node(level - 1, index * 2 + 1));
        return added.TryGetValue(index, out var hash) ? hash : throw new MissingNodeException(level, index, "the peer did not give this leaf.");
    }
}
