using Evidence.Node.Hosting;

namespace Evidence.Tests.Hosting;

/// <summary>The memory that connections read into.</summary>
public sealed class ConnectionMemoryTests
{
    [Fact]
    public void A_block_takes_a_whole_frame_and_is_used_again()
    {
        using var pool = new ConnectionMemory();
        var first = pool.Rent();
        var second = pool.Rent(ConnectionMemory.BlockBytes);
        Assert.Equal((ConnectionMemory.BlockBytes, ConnectionMemory.BlockBytes), (first.Memory.Length, second.Memory.Length));
        Assert.False(first.Memory.Span.Overlaps(second.Memory.Span));
        first.Dispose();
        Assert.Same(first, pool.Rent());
        Assert.NotSame(second, pool.Rent());
    }

    [Fact]
    public void No_more_than_a_bounded_number_of_blocks_is_kept()
    {
        using var pool = new ConnectionMemory();
        var blocks = Enumerable.Range(0, ConnectionMemory.MostSpare + 10).Select(_ => pool.Rent()).ToList();
        foreach (var block in blocks) block.Dispose();
        var again = blocks.Select(_ => pool.Rent()).ToHashSet();
        Assert.Equal(ConnectionMemory.MostSpare, blocks.Count(again.Contains));
    }

    [Fact]
    public void All_share_one_and_it_outlives_whoever_disposes_of_it()
    {
        var factory = new ConnectionMemory.Factory();
        var (one, other) = (factory.Create(), factory.Create());
        Assert.Same(one, other);
        var block = other.Rent();
        one.Dispose();
        block.Dispose();
        Assert.Same(block, other.Rent());
    }

    [Fact]
    public void More_than_a_block_is_refused()
    {
        using var pool = new ConnectionMemory();
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(ConnectionMemory.BlockBytes + 1));
    }
}
