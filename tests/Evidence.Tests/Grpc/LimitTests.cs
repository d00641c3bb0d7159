using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Evidence.Tests.Grpc;

public sealed class LimitTests
{
    private static Ping Large(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    [Fact]
    public async Task A_request_above_the_server_s_limit_is_refused_and_one_at_the_limit_is_not()
    {
        var largest = Large(50_000);
        await using var server = await ProbeServer.StartAsync(options => options.MaxReceiveMessageSize = largest.CalculateSize());
        await server.Client.OneAsync(largest);
        await AssertExhaustedAsync(async () => await server.Client.OneAsync(Large(50_001)));
        await AssertExhaustedAsync(async () => await server.Client.OneAsync(Large(20_000_000)));
        await server.Client.OneAsync(largest);
    }

    [Fact]
    public async Task The_default_limit_is_four_mebibytes()
    {
        await using var server = await ProbeServer.StartAsync();
        await AssertExhaustedAsync(async () => await server.Client.OneAsync(Large(4 * 1024 * 1024)));
    }

    [Fact]
    public async Task A_large_message_in_a_stream_is_refused_where_it_comes()
    {
        await using var server = await ProbeServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);
        using var call = server.Client.Chat();
        await call.RequestStream.WriteAsync(Large(900));
        Assert.True(await call.ResponseStream.MoveNext(default));
        await call.RequestStream.WriteAsync(Large(1001));
        await AssertExhaustedAsync(() => call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_response_above_the_server_s_sending_limit_is_refused()
    {
        await using var server = await ProbeServer.StartAsync(options => options.MaxSendMessageSize = 1000);
        await server.Client.OneAsync(Large(900));
        await AssertExhaustedAsync(async () => await server.Client.OneAsync(Large(1001)));
    }

    [Fact]
    public async Task A_response_above_the_client_s_limit_is_refused()
    {
        await using var server = await ProbeServer.StartAsync();
        var client = server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });
        await client.OneAsync(Large(900));
        await AssertExhaustedAsync(async () => await client.OneAsync(Large(1001)));
        using var call = client.Expand(new Ping { Number = 3, Body = Large(1001).Body });
        await AssertExhaustedAsync(() => call.ResponseStream.MoveNext(default));
        await client.OneAsync(Large(900));
    }

    [Fact]
    public async Task A_request_above_the_client_s_sending_limit_is_refused_before_it_is_sent()
    {
        await using var server = await ProbeServer.StartAsync();
        var client = server.Connect(new GrpcChannelOptions { MaxSendMessageSize = 1000 });
        await client.OneAsync(Large(900));
        await AssertExhaustedAsync(async () => await client.OneAsync(Large(1001)));
        using var call = client.Collect();
        await AssertExhaustedAsync(() => call.RequestStream.WriteAsync(Large(1001)));
        await AssertExhaustedAsync(async () => await call);
    }

    [Fact]
    public async Task Without_limits_large_messages_go_through()
    {
        await using var server = await ProbeServer.StartAsync(options => options.MaxReceiveMessageSize = null);
        var client = server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = null });
        var ping = Large(40_000_000);
        Assert.Equal(ping.Body, (await client.OneAsync(ping)).Body);
    }

    private static async Task AssertExhaustedAsync(Func<Task> call)
        => Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);
}
