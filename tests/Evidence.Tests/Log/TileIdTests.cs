using Evidence.Core.Log;

namespace Evidence.Tests.Log;

public sealed class TileIdTests
{
    [Theory]
    [InlineData(0, 0UL, 256, "tile/0/000")]
    [InlineData(0, 0UL, 1, "tile/0/000.p/1")]
    [InlineData(0, 999UL, 256, "tile/0/999")]
    [InlineData(0, 1000UL, 255, "tile/0/x001/000.p/255")]
    [InlineData(1, 1234067UL, 256, "tile/1/x001/x234/067")]
    [InlineData(7, 0UL, 17, "tile/7/000.p/17")]
    [InlineData(-1, 1234067UL, 256, "tile/entries/x001/x234/067")]
    [InlineData(-1, 0UL, 3, "tile/entries/000.p/3")]
    [InlineData(0, ulong.MaxValue, 256, "tile/0/x018/x446/x744/x073/x709/x551/615")]
    public void A_tile_has_one_path_and_is_read_back_from_it(int level, ulong index, int width, string path)
    {
        var id = new TileId(level, index, width);
        Assert.Equal(path, id.Path);
        Assert.True(TileId.TryParse(path, out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile/00/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/data/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001/x000")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/X001/000")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/+1")]
    [InlineData("tile/0/000.p/1/2")]
    [InlineData("tile/0/000.q/1")]
    [InlineData("tile/0/ 00")]
    [InlineData("tile/0/x018/x446/x744/x073/x709/x551/616")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/../000")]
    public void Any_other_path_is_refused(string path)
    {
        Assert.False(TileId.TryParse(path, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void A_tree_of_70000_leaves_has_the_tiles_that_the_standard_counts()
    {
        var tiles = TileId.All(70_000).ToArray();
        Assert.Equal(273, tiles.Count(t => t is { Level: 0, IsPartial: false }));
        Assert.Equal([new TileId(0, 273, 112)], tiles.Where(t => t is { Level: 0, IsPartial: true }));
        Assert.Equal([new TileId(1, 0, 256), new TileId(1, 1, 17)], tiles.Where(t => t.Level == 1));
        Assert.Equal([new TileId(2, 0, 1)], tiles.Where(t => t.Level == 2));
        Assert.Equal(274, tiles.Count(t => t.IsEntryBundle));
        Assert.DoesNotContain(tiles, t => t.Level > 2);
    }

    [Fact]
    public void A_tree_of_256_leaves_has_a_full_tile_and_one_above_it_of_width_1() =>
        Assert.Equal([TileId.EntryBundle(0, 256), new TileId(0, 0, 256), new TileId(1, 0, 1)], TileId.All(256));

    [Fact]
    public void The_empty_tree_has_no_tiles() => Assert.Empty(TileId.All(0));

    [Fact]
    public void Every_node_of_a_tree_lies_in_a_live_tile()
    {
        foreach (var size in new ulong[] { 1, 2, 255, 256, 257, 600, 65_536, 65_537 })
        {
            var live = TileId.All(size).ToHashSet();
            for (var level = 0; level < 17; level++)
            {
                for (ulong index = 0; index < Math.Min(size >> level, 600); index++) Assert.Contains(TileId.ForNode(level, index, size), live);
            }

            Assert.Contains(TileId.EntryBundleOf(size - 1, size), live);
        }
    }

    [Theory]
    [InlineData(0, 600UL)]
    [InlineData(9, 1UL)]
    [InlineData(10, 0UL)]
    [InlineData(-1, 0UL)]
    [InlineData(64, 0UL)]
    public void A_node_that_the_tree_lacks_has_no_tile(int level, ulong index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TileId.ForNode(level, index, 600));

    [Fact]
    public void The_largest_trees_have_tiles_of_the_seventh_level()
    {
        Assert.Equal(new TileId(7, 0, 255), TileId.ForNode(56, 254, ulong.MaxValue));
        Assert.Equal(new TileId(7, 0, 255), TileId.ForNode(62, 2, ulong.MaxValue));
    }
}
