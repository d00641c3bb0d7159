using System.Numerics;

namespace Evidence.Core.Log;

/// <summary>Roots computed from complete subtrees (RFC 9162, section 2.1.1).</summary>
public static class TreeRoot
{
    /// <summary>The root of the tree of the first <paramref name="size"/> leaves.</summary>
    /// <exception cref="MissingNodeException">The source lacks a node.</exception>
    public static Digest At(ulong size, INodeSource nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        return size == 0 ? MerkleTree.EmptyRoot : OfRange(0, size, nodes);
    }

    /// <summary>MTH(D[begin:begin+count]): <paramref name="begin"/> is a multiple of the smallest power of two that is not below <paramref name="count"/>, as every split of RFC 9162 gives it.</summary>
    internal static Digest OfRange(ulong begin, ulong count, INodeSource nodes)
    {
        if (BitOperations.IsPow2(count))
        {
            var level = BitOperations.Log2(count);
            return nodes.Node(level, begin >> level);
        }

        var split = MerkleTree.Split(count);
        return MerkleTree.NodeHash(OfRange(begin, split, nodes), OfRange(begin + split, count - split, nodes));
    }
}
