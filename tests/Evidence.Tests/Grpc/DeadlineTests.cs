using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Wire;

namespace Evidence.Tests.Grpc;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_server_ends_a_call_at_its_deadline_and_tells_the_handler()
    {
        var (serverClock, clientClock) = (new HandClock(), new HandClock());
        await using var server = await ProbeServer.StartAsync(channel: new GrpcChannelOptions { TimeProvider = clientClock }, time: serverClock);
        var started = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        server.Probe.OnOne = async (_, context) =>
        {
            context.CancellationToken.Register(told.SetResult); // kept when the handler ends: that may come before the callback is called
            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new Pong();
        };
        var call = server.Client.OneAsync(new Ping(), deadline: clientClock.Now + Minute);
        await started.Task;
        serverClock.Advance(Minute);
        await told.Task;
        await AssertExceededAsync(async () => await call);
    }

    [Fact]
    public async Task The_server_ends_a_call_at_its_deadline_even_if_the_handler_does_not_listen()
    {
        var (serverClock, clientClock) = (new HandClock(), new HandClock());
        await using var server = await ProbeServer.StartAsync(channel: new GrpcChannelOptions { TimeProvider = clientClock }, time: serverClock);
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var afterwards = new TaskCompletionSource<Exception?>();
        server.Probe.OnExpand = async (_, pongs, _) =>
        {
            await pongs.WriteAsync(new Pong());
            started.SetResult();
            await go.Task;
            afterwards.SetResult(await Record.ExceptionAsync(() => pongs.WriteAsync(new Pong())));
        };
        using var call = server.Client.Expand(new Ping(), deadline: clientClock.Now + Minute);
        Assert.True(await call.ResponseStream.MoveNext(default));
        await started.Task;
        serverClock.Advance(Minute);
        await AssertExceededAsync(() => call.ResponseStream.MoveNext(default));
        go.SetResult();
        Assert.IsType<OperationCanceledException>(await afterwards.Task);
    }

    [Fact]
    public async Task The_client_ends_a_call_at_its_deadline_without_the_server()
    {
        var (serverClock, clientClock) = (new HandClock(), new HandClock());
        await using var server = await ProbeServer.StartAsync(channel: new GrpcChannelOptions { TimeProvider = clientClock }, time: serverClock);
        var told = new TaskCompletionSource();
        server.Probe.OnChat = async (pings, pongs, context) =>
        {
            context.CancellationToken.Register(told.SetResult); // kept when the handler ends: that may come before the callback is called
            while (await pings.MoveNext(default))
                await pongs.WriteAsync(new Pong());
        };
        using var call = server.Client.Chat(deadline: clientClock.Now + Minute);
        await call.RequestStream.WriteAsync(new Ping());
        Assert.True(await call.ResponseStream.MoveNext(default));
        var reading = call.ResponseStream.MoveNext(default);
        clientClock.Advance(Minute);
        await AssertExceededAsync(() => reading);
        await AssertExceededAsync(() => call.RequestStream.WriteAsync(new Ping()));
        await told.Task;
    }

    [Fact]
    public async Task A_write_that_waits_for_a_slow_reader_ends_at_the_deadline()
    {
        var (serverClock, clientClock) = (new HandClock(), new HandClock());
        await using var server = await ProbeServer.StartAsync(channel: new GrpcChannelOptions { TimeProvider = clientClock }, time: serverClock);
        var stuck = new TaskCompletionSource<Task>();
        server.Probe.OnExpand = async (_, pongs, _) =>
        {
            var body = ByteString.CopyFrom(new byte[100_000]);
            while (true)
            {
                var write = pongs.WriteAsync(new Pong { Body = body });
                if (await Task.WhenAny(write, Task.Delay(300)) != write)
                    stuck.TrySetResult(write);
                await write;
            }
        };
        using var call = server.Client.Expand(new Ping(), deadline: clientClock.Now + Minute);
        var write = await stuck.Task;
        serverClock.Advance(Minute);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_sends_nothing()
    {
        await using var server = await ProbeServer.StartAsync();
        var called = false;
        server.Probe.OnOne = (_, _) =>
        {
            called = true;
            return Task.FromResult(new Pong());
        };
        await AssertExceededAsync(async () => await server.Client.OneAsync(new Ping(), deadline: DateTime.UnixEpoch));
        Assert.False(called);
    }

    [Fact]
    public async Task The_handler_sees_the_deadline()
    {
        var clock = new HandClock();
        await using var server = await ProbeServer.StartAsync(channel: new GrpcChannelOptions { TimeProvider = clock }, time: clock);
        var seen = default(DateTime);
        server.Probe.OnOne = (_, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(new Pong());
        };
        await server.Client.OneAsync(new Ping(), deadline: clock.Now + Minute);
        Assert.Equal(clock.Now + Minute, seen);
        await server.Client.OneAsync(new Ping());
        Assert.Equal(DateTime.MaxValue, seen);
    }

    [Fact]
    public async Task A_deadline_beyond_what_timers_take_is_no_error()
    {
        await using var server = await ProbeServer.StartAsync();
        await server.Client.OneAsync(new Ping(), deadline: new DateTime(2999, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await server.Client.OneAsync(new Ping(), deadline: DateTime.MaxValue);
    }

    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("100n", 1)]
    [InlineData("1n", 1)]
    [InlineData("99999999H", 99_999_999L * 36_000_000_000)]
    public void Reads_a_timeout(string text, long ticks)
    {
        Assert.True(TimeoutText.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void Refuses_a_malformed_timeout(string text) => Assert.False(TimeoutText.TryParse(text, out _));

    [Theory]
    [InlineData(1, "1u")]
    [InlineData(999_999_990, "99999999u")]
    [InlineData(999_999_991, "100000m")]
    [InlineData(36_000_000_000, "3600000m")]
    [InlineData(long.MaxValue, "99999999H")]
    public void Writes_a_timeout_rounded_up(long ticks, string text) => Assert.Equal(text, TimeoutText.Format(TimeSpan.FromTicks(ticks)));

    private static async Task AssertExceededAsync(Func<Task> call)
        => Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);
}
