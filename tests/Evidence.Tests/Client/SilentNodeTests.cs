using System.Net;
using System.Net.Sockets;
using Evidence.Client;
using Evidence.Tests.Grpc;
using Evidence.Tests.Grpc.Protocol;
using Grpc.Net.Client;

namespace Evidence.Tests.Client;

/// <summary>What takes a connection and says nothing.</summary>
public sealed class SilentNodeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(16);

    [Fact]
    public async Task Is_given_up_after_one_wait_and_named()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = new HandClock();
        await using var client = new EvidenceClient($"http://{silent.LocalEndpoint}", clock);
        var asked = client.ListRecordsAsync("", CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask();
        using var taken = await silent.AcceptTcpClientAsync();
        Assert.NotEqual(0, await taken.GetStream().ReadAsync(new byte[1])); // it has begun to speak
        while (!asked.IsCompleted)
        {
            clock.Advance(Long);
            await Task.Delay(20);
        }

        var failure = await Assert.ThrowsAsync<NodeUnreachableException>(() => asked);
        Assert.Contains("said nothing", failure.Message, StringComparison.Ordinal);
        Assert.False(silent.Pending()); // it was not tried again
    }

    [Fact]
    public async Task A_node_that_has_spoken_may_take_its_time()
    {
        var clock = new HandClock();
        await using var server = await ProbeServer.StartAsync(channel: new GrpcChannelOptions { TimeProvider = clock });
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await server.Client.OneAsync(new Ping()); // the connection is there
        server.Probe.OnOne = async (_, _) =>
        {
            asked.SetResult();
            await go.Task;
            return new Pong { Number = 7 };
        };
        var call = server.Client.OneAsync(new Ping());
        await asked.Task;
        clock.Advance(10 * Long);
        go.SetResult();
        Assert.Equal(7, (await call).Number);
    }
}
