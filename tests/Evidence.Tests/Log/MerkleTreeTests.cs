using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Tests.Log;

public sealed class MerkleTreeTests
{
    [Fact]
    public void The_empty_tree_has_the_hash_of_nothing() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MerkleTree.EmptyRoot.ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4094)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(65535)]
    [InlineData(1_000_000)]
    public void A_leaf_is_hashed_after_a_zero_byte(int length)
    {
        var entry = new byte[length];
        new Random(length).NextBytes(entry);
        Assert.Equal(Digest.Of([0, .. entry]), MerkleTree.LeafHash(entry));
    }

    [Fact]
    public void A_node_is_hashed_after_a_one_byte_and_its_sides_are_not_alike()
    {
        var (left, right) = (Digest.Of([1]), Digest.Of([2]));
        Assert.Equal(Digest.Of([1, .. left.ToArray(), .. right.ToArray()]), MerkleTree.NodeHash(left, right));
        Assert.NotEqual(MerkleTree.NodeHash(left, right), MerkleTree.NodeHash(right, left));
    }

    [Fact]
    public void Hashing_a_node_allocates_nothing()
    {
        var digest = MerkleTree.NodeHash(Digest.Of([1]), Digest.Of([2]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) digest = MerkleTree.NodeHash(digest, digest);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void The_root_is_that_of_the_definition_at_every_size()
    {
        var naive = NaiveTree.OfSize(130);
        var leaves = Enumerable.Range(0, 130).Select(naive.LeafHash).ToArray();
        for (var size = 0; size <= 130; size++)
        {
            Assert.Equal(naive.Root(size), MerkleTree.Root(leaves.AsSpan(0, size)));
            Assert.Equal(naive.Root(size), TreeRoot.At((ulong)size, naive));
        }
    }

    [Fact]
    public void The_root_of_a_large_tree_is_had_from_complete_subtrees_alone()
    {
        var tree = new LevelledTree(70_001);
        foreach (var size in new[] { 255, 256, 257, 4095, 4096, 4097, 8191, 8192, 8193, 65_535, 65_536, 65_537, 70_001 })
        {
            foreach (var way in BulkSha256.All.Where(way => way.IsSupported)) Assert.Equal(MerkleTree.Root(tree.Leaves[..size], way), TreeRoot.At((ulong)size, tree));
        }
    }

    [Theory]
    [InlineData(2UL, 1UL)]
    [InlineData(3UL, 2UL)]
    [InlineData(4UL, 2UL)]
    [InlineData(5UL, 4UL)]
    [InlineData(1UL << 63, 1UL << 62)]
    [InlineData(ulong.MaxValue, 1UL << 63)]
    public void A_tree_is_split_at_the_largest_power_of_two_below_its_size(ulong size, ulong split) =>
        Assert.Equal(split, MerkleTree.Split(size));
}
