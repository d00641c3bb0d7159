namespace Evidence.Core.Log;

/// <summary>Merkle inclusion proofs: that a leaf is in a tree (RFC 9162, section 2.1.3). The prover and the checker mirror each other.</summary>
public static class InclusionProof
{
    /// <summary>The hashes that lead from leaf <paramref name="leaf"/> to the root of the tree of <paramref name="size"/> leaves, from the leaf upwards (section 2.1.3.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    /// <exception cref="MissingNodeException">The source lacks a node.</exception>
    public static IReadOnlyList<Digest> Make(ulong leaf, ulong size, INodeSource nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, size);
        var proof = new List<Digest>(64);
        AddPath(leaf, 0, size, nodes, proof);
        return proof;
    }

    /// <summary>PATH(m, D_n) of section 2.1.3.1 for the <paramref name="count"/> leaves from <paramref name="begin"/>.</summary>
    private static void AddPath(ulong leaf, ulong begin, ulong count, INodeSource nodes, List<Digest> proof)
    {
        if (count == 1) return;
        var split = MerkleTree.Split(count);
        if (leaf - begin < split)
        {
            AddPath(leaf, begin, split, nodes, proof);
            proof.Add(TreeRoot.OfRange(begin + split, count - split, nodes));
        }
        else
        {
            AddPath(leaf, begin + split, count - split, nodes, proof);
            proof.Add(TreeRoot.OfRange(begin, split, nodes));
        }
    }

    /// <summary>Whether <paramref name="proof"/> shows that <paramref name="leafHash"/> is leaf <paramref name="leaf"/> of the tree of <paramref name="size"/> leaves with the root <paramref name="root"/> (section 2.1.3.2).</summary>
    /// <returns>False for any other answer: a wrong leaf, size or root, or a hash too few or too many.</returns>
    public static bool Verify(Digest leafHash, ulong leaf, ulong size, IReadOnlyList<Digest> proof, Digest root)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (leaf >= size) return false;
        var (fn, sn, r) = (leaf, size - 1, leafHash);
        foreach (var p in proof)
        {
            if (sn == 0) return false; // a hash too many
            if ((fn & 1) == 1 || fn == sn)
            {
                r = MerkleTree.NodeHash(p, r);
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                r = MerkleTree.NodeHash(r, p);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && r == root;
    }
}
