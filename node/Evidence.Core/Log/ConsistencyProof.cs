using System.Numerics;

namespace Evidence.Core.Log;

/// <summary>Merkle consistency proofs: that a tree holds an older tree as its beginning (RFC 9162, section 2.1.4). The prover and the checker mirror each other.</summary>
/// <remarks>The RFC speaks of 0 &lt; old &lt; new only. Here an equal size needs equal roots and an empty proof, and the empty tree is the beginning of any tree, by an empty proof.</remarks>
public static class ConsistencyProof
{
    /// <summary>The hashes that show the tree of <paramref name="oldSize"/> leaves to be the beginning of the tree of <paramref name="newSize"/> leaves (section 2.1.4.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The old tree is larger than the new one.</exception>
    /// <exception cref="MissingNodeException">The source lacks a node.</exception>
    public static IReadOnlyList<Digest> Make(ulong oldSize, ulong newSize, INodeSource nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var proof = new List<Digest>(64);
        if (oldSize != 0 && oldSize != newSize) AddSubproof(oldSize, 0, newSize, true, nodes, proof);
        return proof;
    }

    /// <summary>SUBPROOF(m, D_n, b) of section 2.1.4.1 for the <paramref name="count"/> leaves from <paramref name="begin"/>; <paramref name="old"/> counts from there too.</summary>
    private static void AddSubproof(ulong old, ulong begin, ulong count, bool oldRootIsKnown, INodeSource nodes, List<Digest> proof)
    {
        if (old == count)
        {
            if (!oldRootIsKnown) proof.Add(TreeRoot.OfRange(begin, count, nodes));
            return;
        }

        var split = MerkleTree.Split(count);
        if (old <= split)
        {
            AddSubproof(old, begin, split, oldRootIsKnown, nodes, proof);
            proof.Add(TreeRoot.OfRange(begin + split, count - split, nodes));
        }
        else
        {
            AddSubproof(old - split, begin + split, count - split, false, nodes, proof);
            proof.Add(TreeRoot.OfRange(begin, split, nodes));
        }
    }

    /// <summary>Whether <paramref name="proof"/> shows that the first <paramref name="oldSize"/> leaves of the new tree are the old tree (section 2.1.4.2).</summary>
    /// <returns>False for any other answer: a wrong size or root, or a hash too few or too many.</returns>
    public static bool Verify(ulong oldSize, Digest oldRoot, ulong newSize, Digest newRoot, IReadOnlyList<Digest> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (oldSize > newSize) return false;
        if (oldSize == newSize) return proof.Count == 0 && oldRoot == newRoot && (oldSize != 0 || oldRoot == MerkleTree.EmptyRoot);
        if (oldSize == 0) return proof.Count == 0 && oldRoot == MerkleTree.EmptyRoot;
        return proof.Count != 0 && VerifyPath(oldSize, oldRoot, newSize, newRoot, proof);
    }

    private static bool VerifyPath(ulong oldSize, Digest oldRoot, ulong newSize, Digest newRoot, IReadOnlyList<Digest> proof)
    {
        // A complete old tree is itself the node to start from: the prover left it out (steps 2 and 5).
        var complete = BitOperations.IsPow2(oldSize);
        var skipped = BitOperations.TrailingZeroCount(oldSize); // step 4: fn = oldSize - 1 ends in as many ones
        var (fn, sn) = ((oldSize - 1) >> skipped, (newSize - 1) >> skipped);
        var fr = complete ? oldRoot : proof[0];
        var sr = fr;
        for (var i = complete ? 0 : 1; i < proof.Count; i++)
        {
            if (sn == 0) return false; // a hash too many
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (MerkleTree.NodeHash(proof[i], fr), MerkleTree.NodeHash(proof[i], sr));
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                sr = MerkleTree.NodeHash(sr, proof[i]);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr == oldRoot && sr == newRoot;
    }
}
