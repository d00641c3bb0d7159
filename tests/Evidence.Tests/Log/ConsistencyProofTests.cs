using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Tests.Log;

public sealed class ConsistencyProofTests
{
    private static readonly NaiveTree Naive = NaiveTree.OfSize(130);
    private static readonly Digest[] Roots = [.. Enumerable.Range(0, 131).Select(Naive.Root)];

    [Fact]
    public void Every_pair_of_sizes_has_the_proof_of_the_definition_and_it_verifies()
    {
        for (var size = 1; size <= 130; size++)
        {
            for (var old = 1; old <= size; old++)
            {
                var proof = ConsistencyProof.Make((ulong)old, (ulong)size, Naive);
                Assert.Equal(Naive.Proof(old, size), proof);
                Assert.True(ConsistencyProof.Verify((ulong)old, Roots[old], (ulong)size, Roots[size], proof));
            }
        }
    }

    [Fact]
    public void A_proof_verifies_for_no_other_pair_of_sizes()
    {
        const int Size = 23;
        for (var old = 1; old < Size; old++)
        {
            var proof = Naive.Proof(old, Size);
            for (var other = 0; other < 40; other++)
            {
                Assert.Equal(other == old, ConsistencyProof.Verify((ulong)other, Roots[old], Size, Roots[Size], proof));
                if (other < Size && other != old) Assert.False(ConsistencyProof.Verify((ulong)old, Roots[other], Size, Roots[Size], proof));
            }
        }
    }

    [Fact]
    public void Random_pairs_of_large_sizes_verify_and_any_flipped_bit_is_refused()
    {
        var tree = new LevelledTree(100_000);
        var random = new Random(2);
        for (var i = 0; i < 60; i++)
        {
            var size = random.Next(131, 100_001);
            var old = random.Next(1, size);
            var (oldRoot, root) = (TreeRoot.At((ulong)old, tree), TreeRoot.At((ulong)size, tree));
            var proof = ConsistencyProof.Make((ulong)old, (ulong)size, tree);
            Assert.True(ConsistencyProof.Verify((ulong)old, oldRoot, (ulong)size, root, proof));
            Assert.False(ConsistencyProof.Verify((ulong)old, oldRoot, (ulong)size, root, InclusionProofTests.Flip(proof, random)));
            Assert.False(ConsistencyProof.Verify((ulong)old, InclusionProofTests.Flip(oldRoot, random), (ulong)size, root, proof));
            Assert.False(ConsistencyProof.Verify((ulong)old, oldRoot, (ulong)size, InclusionProofTests.Flip(root, random), proof));
        }
    }

    [Fact]
    public void Rejects_a_proof_with_an_extra_hash()
    {
        var proof = Naive.Proof(6, 11);
        for (var at = 0; at <= proof.Count; at++)
        {
            List<Digest> longer = [.. proof[..at], Roots[11], .. proof[at..]];
            Assert.False(ConsistencyProof.Verify(6, Roots[6], 11, Roots[11], longer));
        }
    }

    [Fact]
    public void Rejects_a_proof_that_goes_on_above_the_roots()
    {
        var above = Digest.Of("above"u8);
        foreach (var old in new[] { 6, 8 })
        {
            List<Digest> longer = [.. Naive.Proof(old, 11), above];
            Assert.False(ConsistencyProof.Verify((ulong)old, MerkleTree.NodeHash(above, Roots[old]), 11, MerkleTree.NodeHash(above, Roots[11]), longer));
        }
    }

    [Fact]
    public void Rejects_a_proof_with_a_hash_too_few()
    {
        var proof = Naive.Proof(6, 11);
        for (var at = 0; at < proof.Count; at++)
        {
            Assert.False(ConsistencyProof.Verify(6, Roots[6], 11, Roots[11], [.. proof[..at], .. proof[(at + 1)..]]));
        }
    }

    [Fact]
    public void A_history_that_was_rewritten_has_no_proof()
    {
        var tree = new LevelledTree(40);
        var rewritten = tree.Leaves.ToArray();
        rewritten[3] = Digest.Of("another entry"u8);
        for (var old = 4; old < 40; old++)
        {
            var proof = ConsistencyProof.Make((ulong)old, 40, tree);
            Assert.False(ConsistencyProof.Verify((ulong)old, MerkleTree.Root(rewritten.AsSpan(0, old)), 40, MerkleTree.Root(tree.Leaves), proof));
            Assert.False(ConsistencyProof.Verify((ulong)old, MerkleTree.Root(tree.Leaves[..old]), 40, MerkleTree.Root(rewritten), proof));
        }
    }

    [Fact]
    public void An_equal_size_needs_an_equal_root_and_no_hashes()
    {
        Assert.Empty(ConsistencyProof.Make(7, 7, Naive));
        Assert.True(ConsistencyProof.Verify(7, Roots[7], 7, Roots[7], []));
        Assert.False(ConsistencyProof.Verify(7, Roots[7], 7, Roots[6], []));
        Assert.False(ConsistencyProof.Verify(7, Roots[7], 7, Roots[7], [Roots[7]]));
    }

    [Fact]
    public void The_empty_tree_is_the_beginning_of_any_tree()
    {
        Assert.Empty(ConsistencyProof.Make(0, 7, Naive));
        Assert.True(ConsistencyProof.Verify(0, MerkleTree.EmptyRoot, 7, Roots[7], []));
        Assert.True(ConsistencyProof.Verify(0, MerkleTree.EmptyRoot, 0, MerkleTree.EmptyRoot, []));
        Assert.False(ConsistencyProof.Verify(0, Roots[1], 7, Roots[7], []));
        Assert.False(ConsistencyProof.Verify(0, Roots[1], 0, Roots[1], []));
        Assert.False(ConsistencyProof.Verify(0, MerkleTree.EmptyRoot, 7, Roots[7], [Roots[7]]));
    }

    [Fact]
    public void A_tree_does_not_shrink()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyProof.Make(8, 7, Naive));
        Assert.False(ConsistencyProof.Verify(8, Roots[8], 7, Roots[7], Naive.Proof(7, 8)));
    }
}
