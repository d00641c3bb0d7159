using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Node.Monitoring.Judging;

namespace Evidence.Tests.Monitor;

/// <summary>Which carrier of a leaf hash is right, when the other or both are damaged.</summary>
public sealed class JudgedTreeTests
{
    private const int Size = 700;
    private static readonly Digest[] Truth = [.. Enumerable.Range(0, Size).Select(leaf => MerkleTree.LeafHash(BitConverter.GetBytes(leaf)))];
    private static readonly Digest Wrong = Digest.Of("wrong"u8);
    private readonly Digest[] _tiles = [.. Truth];
    private readonly Digest?[] _bundles = new Digest?[Size]; // gives nothing where a test does not say so
    private readonly Digest?[] _volumes = [.. Truth.Select(leaf => (Digest?)leaf)];

    [Fact]
    public void Agreeing_carriers_with_the_anchored_root_are_proven()
    {
        var tree = Judge();
        Assert.Equal((ulong)Size, tree.ProvenSize);
        Assert.Empty(tree.Contradicted);
    }

    [Fact]
    public void The_tile_is_right_when_a_seal_was_changed()
    {
        _volumes[5] = Wrong;
        Assert.Equal(Truth[5], Judge().Leaf(5));
    }

    [Fact]
    public void The_seal_is_right_when_a_tile_was_changed()
    {
        _tiles[5] = Wrong;
        Assert.Equal(Truth[5], Judge().Leaf(5));
    }

    [Fact]
    public void Tells_them_apart_when_different_leaves_of_one_tile_are_damaged_in_each()
    {
        (_volumes[5], _tiles[9]) = (Wrong, Wrong);
        var tree = Judge();
        Assert.Equal((Truth[5], Truth[9]), (tree.Leaf(5), tree.Leaf(9)));
        Assert.Equal((ulong)Size, tree.ProvenSize);
    }

    [Fact]
    public void Decides_many_contested_leaves_by_the_level_above()
    {
        for (var leaf = 0; leaf < 20; leaf++) (_volumes[leaf], _tiles[300 + leaf]) = (Wrong, Wrong);
        var tree = Judge();
        Assert.Equal(Truth, Enumerable.Range(0, Size).Select(leaf => tree.Leaf((ulong)leaf)!.Value));
    }

    [Fact]
    public void Takes_seals_for_a_tile_that_cannot_be_read()
    {
        var tree = Judge(missingTile: 1);
        Assert.Equal(Truth[300], tree.Leaf(300));
        Assert.Equal((ulong)Size, tree.ProvenSize);
    }

    [Fact]
    public void Nothing_is_proven_when_both_carriers_lost_a_leaf_until_a_copy_completes_the_root()
    {
        (_volumes[5], _tiles[5]) = (null, Wrong);
        var tree = Judge();
        Assert.Equal(0UL, tree.ProvenSize);
        Assert.False(tree.TryComplete([KeyValuePair.Create(5UL, Digest.Of("another"u8))], Roots()));
        Assert.True(tree.TryComplete([KeyValuePair.Create(5UL, Truth[5])], Roots()));
        Assert.Equal((ulong)Size, tree.ProvenSize);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_entry_bundle_is_right_when_seal_and_tile_of_one_leaf_were_changed(bool isSealReadable)
    {
        (_volumes[5], _tiles[5], _bundles[5]) = (isSealReadable ? Digest.Of("another"u8) : null, Wrong, Truth[5]);
        var tree = Judge();
        Assert.Equal(Truth[5], tree.Leaf(5));
        Assert.Equal((ulong)Size, tree.ProvenSize);
        Assert.Empty(tree.Contradicted);
    }

    [Fact]
    public void A_wrong_entry_bundle_is_not_believed()
    {
        (_volumes[5], _tiles[5], _bundles[5]) = (null, Wrong, Digest.Of("another"u8));
        var tree = Judge();
        Assert.Equal(0UL, tree.ProvenSize);
        Assert.Equal(Wrong, tree.Leaf(5));
    }

    [Fact]
    public void A_rewrite_of_both_carriers_contradicts_the_root()
    {
        (_volumes[5], _tiles[5]) = (Wrong, Wrong);
        Assert.Single(Judge().Contradicted);
    }

    [Fact]
    public void Names_missing_and_duplicated_leaves()
    {
        _volumes[600] = null;
        var leaves = Leaves(null);
        leaves.Add(7, Truth[7], At(7));
        Assert.Equal([600UL], leaves.Missing());
        Assert.Equal([7UL], leaves.Duplicates.Keys);
    }

    private JudgedTree Judge(ulong? missingTile = null)
    {
        var tree = new JudgedTree(Leaves(missingTile), tile => (tile + 1) * 256 <= Size ? MerkleTree.Root(Truth.AsSpan((int)tile * 256, 256)) : null, leaf => _bundles[leaf]);
        tree.Judge(Roots(), CancellationToken.None);
        return tree;
    }

    private LeafTable Leaves(ulong? missingTile)
    {
        var leaves = new LeafTable(Size, tile => tile == missingTile ? null : [.. _tiles.Skip((int)tile * 256).Take(256)]);
        for (ulong leaf = 0; leaf < Size; leaf++)
            if (_volumes[leaf] is { } hash) leaves.Add(leaf, hash, At(leaf));
        return leaves;
    }

    private static Place At(ulong leaf) => new(1, leaf * 1024, 1024, leaf);

    private static IReadOnlyList<TrustedRoot> Roots() => [new TrustedRoot(Size, MerkleTree.Root(Truth), "the anchor")];
}
