using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Grpc;

public sealed class CancellationTests
{
    [Fact]
    public async Task Cancelling_a_call_cancels_the_handler()
    {
        await using var server = await ProbeServer.StartAsync();
        var (started, told) = Block(server);
        using var cancel = new CancellationTokenSource();
        var call = server.Client.OneAsync(new Ping(), cancellationToken: cancel.Token);
        await started;
        cancel.Cancel();
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        await told;
    }

    [Fact]
    public async Task Disposing_a_call_cancels_the_handler()
    {
        await using var server = await ProbeServer.StartAsync();
        var (started, told) = Block(server);
        var call = server.Client.OneAsync(new Ping());
        await started;
        call.Dispose();
        await Assert.ThrowsAsync<RpcException>(async () => await call);
        await told;
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_is_not_sent()
    {
        await using var server = await ProbeServer.StartAsync();
        var called = false;
        server.Probe.OnOne = (_, _) =>
        {
            called = true;
            return Task.FromResult(new Pong());
        };
        var e = await Assert.ThrowsAsync<RpcException>(
            async () => await server.Client.OneAsync(new Ping(), cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        Assert.False(called);
    }

    [Fact]
    public async Task Leaving_a_server_stream_after_the_first_response_cancels_the_handler()
    {
        await using var server = await ProbeServer.StartAsync();
        var ended = new TaskCompletionSource();
        server.Probe.OnExpand = async (_, pongs, _) =>
        {
            try
            {
                while (true)
                    await pongs.WriteAsync(new Pong { Body = ByteString.CopyFrom(new byte[1000]) });
            }
            finally
            {
                ended.SetResult(); // by a write that fails, or by the token: whichever is first
            }
        };
        using (var call = server.Client.Expand(new Ping()))
            Assert.True(await call.ResponseStream.MoveNext(default));
        await ended.Task;
    }

    [Fact]
    public async Task Cancelling_a_client_stream_ends_the_handler_s_reading()
    {
        await using var server = await ProbeServer.StartAsync();
        var seen = new TaskCompletionSource<Exception>();
        server.Probe.OnCollect = async (pings, _) =>
        {
            try
            {
                while (await pings.MoveNext(default))
                {
                }
                seen.SetException(new InvalidOperationException("The stream looked complete."));
            }
            catch (Exception e)
            {
                seen.SetResult(e);
            }
            return new Pong();
        };
        using var cancel = new CancellationTokenSource();
        using var call = server.Client.Collect(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new Ping());
        cancel.Cancel();
        Assert.NotNull(await seen.Task);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Ping()));
    }

    [Fact]
    public async Task A_client_stream_that_is_broken_off_never_looks_complete()
    {
        await using var server = await ProbeServer.StartAsync();
        var (complete, ended) = (0, 0);
        server.Probe.OnCollect = async (pings, context) =>
        {
            try
            {
                await foreach (var _ in pings.ReadAllAsync())
                {
                }
                Interlocked.Increment(ref complete);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
            return new Pong();
        };
        var body = ByteString.CopyFrom(new byte[20_000]);
        for (var i = 0; i < 300; i++)
        {
            using var call = server.Client.Collect();
            var writing = Task.CompletedTask;
            for (var n = 0; n <= i % 5; n++)
            {
                await writing;
                writing = call.RequestStream.WriteAsync(new Ping { Body = body });
            }
            call.Dispose();
            await Record.ExceptionAsync(() => writing);
        }
        await server.DisposeAsync();
        Assert.Equal(0, complete);
        Assert.NotEqual(0, ended);
    }

    [Fact]
    public async Task Cancelling_one_read_of_a_stream_cancels_the_call()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Chat();
        await call.RequestStream.WriteAsync(new Ping());
        Assert.True(await call.ResponseStream.MoveNext(default));
        using var cancel = new CancellationTokenSource();
        var reading = call.ResponseStream.MoveNext(cancel.Token);
        cancel.Cancel();
        var e = await Assert.ThrowsAsync<RpcException>(() => reading);
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
    }

    [Fact]
    public async Task Disposing_the_channel_cancels_its_calls()
    {
        await using var server = await ProbeServer.StartAsync();
        var (started, told) = Block(server);
        var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(server.Address);
        var call = new ProbeService.ProbeServiceClient(channel).OneAsync(new Ping());
        await started;
        channel.Dispose();
        await Assert.ThrowsAsync<RpcException>(async () => await call);
        await told;
        channel.Dispose();
    }

    [Fact]
    public async Task A_cancelled_call_is_not_logged_as_a_failure()
    {
        await using var server = await ProbeServer.StartAsync();
        var (started, told) = Block(server);
        var call = server.Client.OneAsync(new Ping());
        await started;
        call.Dispose();
        await told;
        await server.DisposeAsync();
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task A_channel_works_on_after_cancelled_calls()
    {
        await using var server = await ProbeServer.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            using var call = server.Client.Expand(new Ping { Number = 100_000, Body = ByteString.CopyFrom(new byte[1000]) });
            Assert.True(await call.ResponseStream.MoveNext(default));
        }
        Assert.Equal(3, (await server.Client.OneAsync(new Ping { Number = 3 })).Number);
    }

    private static (Task Started, Task Told) Block(ProbeServer server)
    {
        var started = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        server.Probe.OnOne = async (_, context) =>
        {
            context.CancellationToken.Register(told.SetResult); // kept when the handler ends: that may come before the callback is called
            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new Pong();
        };
        return (started.Task, told.Task);
    }
}
