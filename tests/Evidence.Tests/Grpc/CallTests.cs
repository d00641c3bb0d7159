using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Grpc;

public sealed class CallTests
{
    [Fact]
    public async Task A_unary_call_returns_what_the_handler_returns()
    {
        await using var server = await ProbeServer.StartAsync();
        var pong = await server.Client.OneAsync(new Ping { Text = "你好", Number = 7 });
        Assert.Equal(new Pong { Text = "你好", Number = 7 }, pong);
    }

    [Fact]
    public async Task A_blocking_unary_call_returns_what_the_handler_returns()
    {
        await using var server = await ProbeServer.StartAsync();
        Assert.Equal(7, server.Client.One(new Ping { Number = 7 }).Number);
    }

    [Fact]
    public async Task A_client_stream_reaches_the_handler_whole_and_in_order()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Collect();
        for (var i = 0; i < 1000; i++)
            await call.RequestStream.WriteAsync(new Ping { Number = i, Text = i < 3 ? i.ToString() : "" });
        await call.RequestStream.CompleteAsync();
        var sum = await call;
        Assert.Equal(new Pong { Number = 999 * 1000 / 2, Text = "012" }, sum);
    }

    [Fact]
    public async Task A_client_stream_may_be_empty()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Collect();
        await call.RequestStream.CompleteAsync();
        Assert.Equal(new Pong(), await call);
    }

    [Fact]
    public async Task A_server_stream_reaches_the_client_whole_and_in_order()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Expand(new Ping { Number = 1000, Text = "x" });
        var numbers = new List<int>();
        await foreach (var pong in call.ResponseStream.ReadAllAsync())
            numbers.Add(pong.Number);
        Assert.Equal(Enumerable.Range(0, 1000), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_server_stream_may_be_empty()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Expand(new Ping());
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_duplex_stream_goes_back_and_forth()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Chat();
        for (var i = 0; i < 200; i++)
        {
            await call.RequestStream.WriteAsync(new Ping { Number = i, Body = ByteString.CopyFrom(new byte[i * 31]) });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(i, call.ResponseStream.Current.Number);
            Assert.Equal(i * 31, call.ResponseStream.Current.Body.Length);
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Both_directions_of_a_duplex_stream_run_at_once()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Chat();
        var body = ByteString.CopyFrom(new byte[64 * 1024]);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await call.RequestStream.WriteAsync(new Ping { Number = i, Body = body });
            await call.RequestStream.CompleteAsync();
        });
        var next = 0;
        await foreach (var pong in call.ResponseStream.ReadAllAsync())
            Assert.Equal(next++, pong.Number);
        await writing;
        Assert.Equal(300, next);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(3_900_000)]
    public async Task Messages_of_any_size_go_both_ways_unchanged(int size)
    {
        await using var server = await ProbeServer.StartAsync();
        var body = new byte[size];
        new Random(size).NextBytes(body);
        var ping = new Ping { Body = ByteString.CopyFrom(body) };
        Assert.Equal(ping.Body, (await server.Client.OneAsync(ping)).Body);
        using var call = server.Client.Chat();
        for (var i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(ping);
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(ping.Body, call.ResponseStream.Current.Body);
        }
    }

    [Fact]
    public async Task Many_calls_share_a_channel()
    {
        await using var server = await ProbeServer.StartAsync();
        var calls = Enumerable.Range(0, 500).Select(async i => (await server.Client.OneAsync(new Ping { Number = i })).Number);
        Assert.Equal(Enumerable.Range(0, 500), await Task.WhenAll(calls));
    }

    [Fact]
    public async Task A_message_with_a_buffer_hint_arrives_with_the_next_one()
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = server.Client.Collect();
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        await call.RequestStream.WriteAsync(new Ping { Number = 1 });
        await call.RequestStream.WriteAsync(new Ping { Number = 2 });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(3, (await call).Number);
    }

    [Fact]
    public async Task A_second_write_must_wait_for_the_first()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnCollect = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new Pong();
        };
        using var call = server.Client.Collect();
        var big = new Ping { Body = ByteString.CopyFrom(new byte[8 * 1024 * 1024]) };
        var first = call.RequestStream.WriteAsync(big);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(big));
        call.Dispose();
        await Assert.ThrowsAsync<RpcException>(() => first);
    }
}
