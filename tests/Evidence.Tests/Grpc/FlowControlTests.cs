using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Grpc;

public sealed class FlowControlTests
{
    private const int MessageSize = 64 * 1024;

    // HTTP/2 windows, Kestrel's and HttpClient's buffers together stay well below this.
    private const int MostInFlight = 8 * 1024 * 1024;

    private const int Plenty = 4 * MostInFlight / MessageSize;

    private static readonly ByteString Body = ByteString.CopyFrom(new byte[MessageSize]);

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_server_s_writing()
    {
        await using var server = await ProbeServer.StartAsync();
        var written = 0;
        server.Probe.OnExpand = async (_, pongs, _) =>
        {
            for (; written < Plenty; written++)
                await pongs.WriteAsync(new Pong { Number = written, Body = Body });
        };
        using var call = server.Client.Expand(new Ping());
        Assert.True(await call.ResponseStream.MoveNext(default));
        await UntilItRestsAsync(() => Volatile.Read(ref written));
        Assert.InRange((long)written * MessageSize, 0, MostInFlight);
        var read = 1;
        await foreach (var pong in call.ResponseStream.ReadAllAsync())
            Assert.Equal(read++, pong.Number);
        Assert.Equal(Plenty, read);
    }

    [Fact]
    public async Task A_handler_that_does_not_read_stops_the_client_s_writing()
    {
        await using var server = await ProbeServer.StartAsync();
        var go = new TaskCompletionSource();
        server.Probe.OnCollect = async (pings, _) =>
        {
            await go.Task;
            var sum = new Pong();
            await foreach (var ping in pings.ReadAllAsync())
                sum.Number++;
            return sum;
        };
        using var call = server.Client.Collect();
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (; written < Plenty; written++)
                await call.RequestStream.WriteAsync(new Ping { Body = Body });
            await call.RequestStream.CompleteAsync();
        });
        await UntilItRestsAsync(() => Volatile.Read(ref written));
        Assert.InRange((long)written * MessageSize, 0, MostInFlight);
        go.SetResult();
        await writing;
        Assert.Equal(Plenty, (await call).Number);
    }

    // Not an assertion on time: a writer that does not stop reaches the end and rests there.
    private static async Task UntilItRestsAsync(Func<int> written)
    {
        for (int before, now = -1; ;)
        {
            before = now;
            await Task.Delay(500);
            now = written();
            if (now == before)
                return;
        }
    }
}
