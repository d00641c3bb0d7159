using System.Numerics;

namespace Evidence.Core.Log;

/// <summary>The root of a tree to which leaves are added one after the other (RFC 9162, section 2.1.1), by the framework's SHA-256. Keeps one hash for each bit of the number of leaves.</summary>
public sealed class GrowingRoot
{
    private readonly Stack<Digest> _subtrees = new(); // complete ones, the largest at the bottom

    /// <summary>Leaves that were added.</summary>
    public ulong Size { get; private set; }

    /// <summary>Root of the tree of those.</summary>
    public Digest Root
    {
        get
        {
            Digest? root = null;
            foreach (var subtree in _subtrees) root = root is { } right ? MerkleTree.NodeHash(subtree, right) : subtree;
            return root ?? MerkleTree.EmptyRoot;
        }
    }

    /// <summary>Adds a leaf by its hash.</summary>
    public void Add(Digest leafHash)
    {
        for (var i = BitOperations.TrailingZeroCount(++Size); i > 0; i--) leafHash = MerkleTree.NodeHash(_subtrees.Pop(), leafHash);
        _subtrees.Push(leafHash);
    }
}
