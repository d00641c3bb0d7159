using Evidence.Tests.Grpc.Protocol;
using Evidence.Tests.Nodes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Evidence.Tests.Grpc;

/// <summary>A peer that is gone without a word is found out by pings, on both sides.</summary>
public sealed class KeepAliveTests
{
    // The shortest that both sides take.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    // Longer than a busy machine takes to answer a ping.
    private static readonly TimeSpan Answered = TimeSpan.FromSeconds(5);

    // Bytes of five HTTP/2 pings, or of what answers them: 9 of a header and 8 of their own.
    private const int Pings = 5 * 17;

    // Neither a busy machine nor a test that waits for what does not come.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_client_notices_that_the_server_is_gone()
    {
        await using var server = await ProbeServer.StartAsync();
        await using var network = BlackHole.Before(server.Address);
        using var channel = GrpcChannel.ForAddress(network.Address, new GrpcChannelOptions { KeepAlivePingDelay = Shortest, KeepAlivePingTimeout = Answered });
        using var call = new ProbeService.ProbeServiceClient(channel).Chat();
        await call.RequestStream.WriteAsync(new Ping());
        Assert.True(await call.ResponseStream.MoveNext(default));
        network.Swallow();
        var e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default).WaitAsync(Patience));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task A_server_notices_that_the_client_is_gone()
    {
        await using var server = await ProbeServer.StartAsync(kestrel: limits =>
        {
            limits.Http2.KeepAlivePingDelay = Shortest;
            limits.Http2.KeepAlivePingTimeout = Answered;
        });
        var (started, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Probe.OnOne = async (_, context) =>
        {
            context.CancellationToken.Register(() => told.TrySetResult());
            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new Pong();
        };
        await using var network = BlackHole.Before(server.Address);
        using var channel = GrpcChannel.ForAddress(network.Address);
        using var call = new ProbeService.ProbeServiceClient(channel).OneAsync(new Ping());
        await started.Task;
        network.Swallow();
        await told.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_call_that_rests_is_not_taken_for_gone()
    {
        await using var server = await ProbeServer.StartAsync(kestrel: limits =>
        {
            limits.Http2.KeepAlivePingDelay = Shortest;
            limits.Http2.KeepAlivePingTimeout = Patience;
        });
        await using var network = BlackHole.Before(server.Address);
        using var channel = GrpcChannel.ForAddress(network.Address, new GrpcChannelOptions { KeepAlivePingDelay = Shortest, KeepAlivePingTimeout = Patience });
        using var call = new ProbeService.ProbeServiceClient(channel).Chat();
        await call.RequestStream.WriteAsync(new Ping { Number = 1 });
        Assert.True(await call.ResponseStream.MoveNext(default));
        var (there, back) = (network.PassedThere, network.PassedBack);
        await Eventually.TrueAsync(() => network.PassedThere - there >= Pings && network.PassedBack - back >= Pings, "pings of both sides and what answers them pass while the call rests");
        await call.RequestStream.WriteAsync(new Ping { Number = 2 });
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(2, call.ResponseStream.Current.Number);
    }
}
