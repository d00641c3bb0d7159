using System.Buffers.Binary;
using Evidence.Tests.Grpc.Protocol;
using Grpc.Core;
using Grpc.Net.Client;

namespace Evidence.Tests.Grpc;

/// <summary>A server that is asked to end says so, takes no new calls and finishes those that it has.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Calls_in_flight_finish_and_new_ones_are_turned_away()
    {
        await using var server = await ProbeServer.StartAsync();
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Probe.OnOne = async (ping, _) =>
        {
            started.TrySetResult();
            await go.Task;
            return new Pong { Number = ping.Number };
        };
        var inFlight = server.Client.OneAsync(new Ping { Number = 7 });
        using var chat = server.Client.Chat();
        await chat.RequestStream.WriteAsync(new Ping { Number = 1 });
        Assert.True(await chat.ResponseStream.MoveNext(default));
        await started.Task;
        var stopping = server.StopAsync();
        using var late = GrpcChannel.ForAddress(server.Address);
        await Nodes.Eventually.GetAsync(() => TryAsync(late), code => code == StatusCode.Unavailable, "new calls are turned away");
        Assert.False(stopping.IsCompleted);
        await chat.RequestStream.WriteAsync(new Ping { Number = 2 });
        Assert.True(await chat.ResponseStream.MoveNext(default));
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(default));
        go.SetResult();
        Assert.Equal(7, (await inFlight).Number);
        await stopping;
    }

    [Fact]
    public async Task The_server_says_goodbye_and_still_finishes_what_it_has()
    {
        await using var server = await ProbeServer.StartAsync();
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Probe.OnOne = async (_, _) =>
        {
            started.SetResult();
            await go.Task;
            return new Pong();
        };
        await using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.BeginAsync("/evidence.tests.ProbeService/One");
        await connection.SendAsync(RawConnection.Data, RawConnection.EndStream, 1, new byte[5]);
        await started.Task;
        var stopping = server.StopAsync();
        var goAway = await connection.ReadUntilAsync(RawConnection.GoAway);
        Assert.Equal(0, BinaryPrimitives.ReadInt32BigEndian(goAway!.Payload.AsSpan(4))); // NO_ERROR
        go.SetResult();
        Assert.NotNull(await connection.ReadUntilAsync(RawConnection.Data));
        await connection.DisposeAsync(); // as clients do after a goodbye; the server waits for it
        await stopping;
    }

    private static async Task<StatusCode> TryAsync(GrpcChannel channel)
    {
        try
        {
            await new ProbeService.ProbeServiceClient(channel).ForgottenAsync(new Ping());
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
