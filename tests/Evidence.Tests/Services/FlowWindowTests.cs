using Evidence.Node.Services;

namespace Evidence.Tests.Services;

public sealed class FlowWindowTests
{
    [Theory]
    [InlineData(2, 1_000, 10, 10)] // as many as there may be
    [InlineData(9, 1_000, 10, 995)] // as many bytes, and a few more
    public async Task Is_closed_while_enough_is_under_way_and_open_again_when_it_is_less(int records, long bytes, long first, long second)
    {
        var window = new FlowWindow(records, bytes);
        window.Enter(first);
        Assert.True(window.RoomAsync(CancellationToken.None).IsCompletedSuccessfully);
        window.Enter(second);
        var room = window.RoomAsync(CancellationToken.None);
        Assert.False(room.IsCompleted);
        window.Leave(second);
        await room.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(window.RoomAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Stays_closed_when_what_left_was_not_enough_and_gives_up_when_told()
    {
        var window = new FlowWindow(1, 1_000);
        window.Enter(1);
        window.Enter(1);
        using var stop = new CancellationTokenSource();
        var room = window.RoomAsync(stop.Token);
        window.Leave(1);
        Assert.False(room.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room);
    }
}
