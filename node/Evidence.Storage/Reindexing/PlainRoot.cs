using System.Numerics;
using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Storage.Reindexing;

/// <summary>The root of a tree by the framework's SHA-256 alone, seal by seal: what stands behind every difference that is reported, and behind a root that nothing else confirms.</summary>
internal static class PlainRoot
{
    /// <summary>The root of the first <paramref name="size"/> seals, of which there are as many.</summary>
    internal static Digest Of(IEnumerable<SpilledSeal> seals, ulong size, ProgressCount progress, CancellationToken ct)
    {
        var subtrees = new Stack<Digest>(); // complete ones, the largest at the bottom: one for each bit of the number of leaves
        ulong count = 0;
        foreach (var seal in seals)
        {
            if (count == size) break;
            ct.ThrowIfCancellationRequested();
            var hash = MerkleTree.LeafHash(seal.Bytes);
            for (var i = BitOperations.TrailingZeroCount(++count); i > 0; i--) hash = MerkleTree.NodeHash(subtrees.Pop(), hash);
            subtrees.Push(hash);
            progress.Add(1);
        }

        if (subtrees.Count == 0) return MerkleTree.EmptyRoot;
        var root = subtrees.Pop();
        while (subtrees.Count > 0) root = MerkleTree.NodeHash(subtrees.Pop(), root);
        return root;
    }
}
