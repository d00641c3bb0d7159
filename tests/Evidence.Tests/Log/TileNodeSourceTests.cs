using Evidence.Core.Log;

namespace Evidence.Tests.Log;

public sealed class TileNodeSourceTests
{
    private static readonly LevelledTree Tree = new(70_000);

    [Fact]
    public void Every_node_is_had_from_the_tiles_that_are_live()
    {
        foreach (var size in new ulong[] { 1, 255, 256, 257, 700 })
        {
            var source = Over(size);
            for (var level = 0; size >> level > 0; level++)
            {
                for (ulong index = 0; index < size >> level; index++) Assert.Equal(Tree.Node(level, index), source.Node(level, index));
            }
        }
    }

    [Fact]
    public void Proofs_from_tiles_are_those_from_the_tree()
    {
        var random = new Random(3);
        for (var i = 0; i < 40; i++)
        {
            var size = (ulong)random.Next(1, 70_001);
            var leaf = (ulong)random.NextInt64((long)size);
            Assert.Equal(TreeRoot.At(size, Tree), TreeRoot.At(size, Over(size)));
            Assert.Equal(InclusionProof.Make(leaf, size, Tree), InclusionProof.Make(leaf, size, Over(size)));
            Assert.Equal(ConsistencyProof.Make(leaf + 1, size, Tree), ConsistencyProof.Make(leaf + 1, size, Over(size)));
        }
    }

    [Fact]
    public void A_tile_that_has_grown_since_serves_as_well()
    {
        var source = new TileNodeSource(70_000, id => (byte[])[.. Tree.Tile(id), .. new byte[64]]);
        Assert.Equal(TreeRoot.At(70_000, Tree), TreeRoot.At(70_000, source));
    }

    [Fact]
    public void An_inclusion_proof_reads_each_tile_once()
    {
        var read = new List<TileId>();
        var source = new TileNodeSource(70_000, id =>
        {
            read.Add(id);
            return Tree.Tile(id);
        });
        InclusionProof.Make(12_345, 70_000, source);
        Assert.Equal(read.Distinct(), read);
    }

    [Fact]
    public void A_node_beyond_the_tree_is_missing()
    {
        var missing = Assert.Throws<MissingNodeException>(() => Over(700).Node(9, 1));
        Assert.Equal((9, 1UL), (missing.Level, missing.Index));
        Assert.Throws<MissingNodeException>(() => Over(700).Node(-1, 0));
        Assert.Throws<MissingNodeException>(() => Over(700).Node(64, 0));
    }

    [Fact]
    public void A_tile_that_is_too_short_is_said_to_be()
    {
        var source = new TileNodeSource(700, id => Tree.Tile(id).AsMemory(0, (id.Width * 32) - 1));
        var missing = Assert.Throws<MissingNodeException>(() => source.Node(0, 699));
        Assert.Contains("tile/0/002.p/188", missing.Message, StringComparison.Ordinal);
    }

    private static TileNodeSource Over(ulong size) => new(size, id =>
    {
        Assert.Contains(id, TileId.All(size));
        return Tree.Tile(id);
    });
}
