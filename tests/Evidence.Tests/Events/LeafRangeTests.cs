using Evidence.Core.Events;

namespace Evidence.Tests.Events;

public sealed class LeafRangeTests
{
    [Fact]
    public void A_cover_fills_the_smallest_gaps()
    {
        LeafRange[] ranges = [new(0, 1), new(2, 3), new(100, 101), new(103, 104), new(300, 301)];
        Assert.Equal(ranges, LeafRange.Cover(ranges, 5));
        Assert.Equal([new LeafRange(0, 3), new LeafRange(100, 104), new LeafRange(300, 301)], LeafRange.Cover(ranges, 3));
        Assert.Equal([new LeafRange(0, 301)], LeafRange.Cover(ranges, 1));
    }
}
