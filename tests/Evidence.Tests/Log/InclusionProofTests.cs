using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Tests.Log;

public sealed class InclusionProofTests
{
    private static readonly NaiveTree Naive = NaiveTree.OfSize(130);

    [Fact]
    public void Every_leaf_of_every_size_has_the_proof_of_the_definition_and_it_verifies()
    {
        var roots = Enumerable.Range(0, 131).Select(Naive.Root).ToArray();
        for (var size = 1; size <= 130; size++)
        {
            for (var leaf = 0; leaf < size; leaf++)
            {
                var proof = InclusionProof.Make((ulong)leaf, (ulong)size, Naive);
                Assert.Equal(Naive.Path(leaf, size), proof);
                Assert.True(InclusionProof.Verify(Naive.LeafHash(leaf), (ulong)leaf, (ulong)size, proof, roots[size]));
            }
        }
    }

    [Fact]
    public void A_proof_verifies_for_no_other_leaf_and_no_other_size()
    {
        const int Size = 23;
        var root = Naive.Root(Size);
        for (var leaf = 0; leaf < Size; leaf++)
        {
            var (hash, proof) = (Naive.LeafHash(leaf), Naive.Path(leaf, Size));
            for (var other = 0; other < 40; other++)
            {
                Assert.Equal(other == leaf, InclusionProof.Verify(hash, (ulong)other, Size, proof, root));
                Assert.False(other < Size && other != leaf && InclusionProof.Verify(Naive.LeafHash(other), (ulong)leaf, Size, proof, root));
            }
        }
    }

    [Fact]
    public void Random_leaves_of_large_trees_verify_and_any_flipped_bit_is_refused()
    {
        var tree = new LevelledTree(100_000);
        var random = new Random(1);
        for (var i = 0; i < 60; i++)
        {
            var size = random.Next(131, 100_001);
            var leaf = random.Next(size);
            var root = TreeRoot.At((ulong)size, tree);
            var proof = InclusionProof.Make((ulong)leaf, (ulong)size, tree);
            Assert.True(InclusionProof.Verify(tree.Leaves[leaf], (ulong)leaf, (ulong)size, proof, root));
            Assert.False(InclusionProof.Verify(tree.Leaves[leaf], (ulong)leaf, (ulong)size, Flip(proof, random), root));
            Assert.False(InclusionProof.Verify(Flip(tree.Leaves[leaf], random), (ulong)leaf, (ulong)size, proof, root));
            Assert.False(InclusionProof.Verify(tree.Leaves[leaf], (ulong)leaf, (ulong)size, proof, Flip(root, random)));
        }
    }

    [Fact]
    public void Rejects_a_proof_with_an_extra_hash()
    {
        var proof = Naive.Path(5, 11);
        for (var at = 0; at <= proof.Count; at++)
        {
            List<Digest> longer = [.. proof[..at], Naive.Root(11), .. proof[at..]];
            Assert.False(InclusionProof.Verify(Naive.LeafHash(5), 5, 11, longer, Naive.Root(11)));
        }
    }

    [Fact]
    public void Rejects_a_proof_that_goes_on_above_the_root()
    {
        // Whoever may choose the root could hang the true tree under it: the tree of that size is not that high.
        var above = Digest.Of("above"u8);
        Assert.False(InclusionProof.Verify(Naive.LeafHash(5), 5, 11, [.. Naive.Path(5, 11), above], MerkleTree.NodeHash(above, Naive.Root(11))));
        Assert.False(InclusionProof.Verify(Naive.LeafHash(0), 0, 1, [above], MerkleTree.NodeHash(above, Naive.Root(1))));
        Assert.False(InclusionProof.Verify(Naive.LeafHash(0), 0, 1, [above], MerkleTree.NodeHash(Naive.Root(1), above)));
    }

    [Fact]
    public void Rejects_a_proof_with_a_hash_too_few()
    {
        var proof = Naive.Path(5, 11);
        for (var at = 0; at < proof.Count; at++)
        {
            Assert.False(InclusionProof.Verify(Naive.LeafHash(5), 5, 11, [.. proof[..at], .. proof[(at + 1)..]], Naive.Root(11)));
        }
    }

    [Fact]
    public void Rejects_an_inner_node_as_a_leaf()
    {
        // The node above leaves 0 and 1, shown as leaf 0 of the half-sized tree that would have the same root.
        Assert.False(InclusionProof.Verify(Naive.Node(1, 0), 0, 8, Naive.Path(0, 8)[1..], Naive.Root(8)));
        Assert.False(MerkleTree.LeafHash(Naive.Node(1, 0).ToArray()) == Naive.Node(1, 0));
    }

    [Fact]
    public void Sizes_up_to_the_largest_number_are_walked_without_overflow()
    {
        var proof = Enumerable.Repeat(MerkleTree.EmptyRoot, 64).ToArray();
        Assert.False(InclusionProof.Verify(MerkleTree.EmptyRoot, ulong.MaxValue - 1, ulong.MaxValue, proof, MerkleTree.EmptyRoot));
        Assert.False(InclusionProof.Verify(MerkleTree.EmptyRoot, 0, ulong.MaxValue, proof, MerkleTree.EmptyRoot));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(9, 3)]
    public void There_is_no_proof_for_a_leaf_beyond_the_tree(ulong leaf, ulong size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InclusionProof.Make(leaf, size, Naive));

    internal static List<Digest> Flip(IReadOnlyList<Digest> proof, Random random)
    {
        var flipped = proof.ToList();
        var at = random.Next(flipped.Count);
        flipped[at] = Flip(flipped[at], random);
        return flipped;
    }

    internal static Digest Flip(Digest digest, Random random)
    {
        var bytes = digest.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return new Digest(bytes);
    }
}
