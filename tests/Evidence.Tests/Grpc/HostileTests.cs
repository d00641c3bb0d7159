using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Evidence.Bench.Wire;
using Evidence.Node.Hosting;
using Evidence.Tests.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Evidence.Tests.Grpc;

/// <summary>A hostile client takes neither the server's memory nor the place of a well-behaved client beside it.</summary>
public sealed class HostileTests(WireServer server, ITestOutputHelper output) : IClassFixture<WireServer>
{
    private const long FewBytes = 192 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly IPAddress Hostile = IPAddress.Parse("127.0.0.66");

    [Fact]
    public async Task Ten_thousand_connections_that_are_opened_and_left_leave_room_for_others()
    {
        var before = server.Memory;
        var open = new List<RawConnection>();
        try
        {
            for (var wanted = Math.Min(10_000, MostFiles() / 2); open.Count < wanted;)
                open.Add(await RawConnection.ConnectAsync(server.Address, Hostile));
            output.WriteLine($"{open.Count} connections");
            await server.CallAsync(100);
            Assert.InRange(server.Memory - before, long.MinValue, FewBytes);
        }
        finally
        {
            foreach (var connection in open) await connection.DisposeAsync();
        }
        await Eventually.GetAsync(() => IsServedAsync(Hostile), served => served, "the address is served again when it has let go");
    }

    [Fact]
    public async Task An_address_has_so_many_connections_and_no_more()
    {
        var address = IPAddress.Parse("127.0.0.67");
        var open = new List<RawConnection>();
        try
        {
            for (var i = 0; i < NodeListener.MaxConnectionsOfAddress; i++) open.Add(await RawConnection.OpenAsync(server.Address, address));
            Assert.NotNull(await open[^1].ReadUntilAsync(RawConnection.Settings));
            await Eventually.GetAsync(() => IsServedAsync(address), served => !served, "the address is full");
            Assert.True(await IsServedAsync(IPAddress.Parse("127.0.0.68")));
        }
        finally
        {
            foreach (var connection in open) await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_says_nothing_is_hung_up_on()
    {
        var clock = new HandClock();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        NodeListener.Use(builder.WebHost, new Uri("http://127.0.0.1:0"), new Evidence.Node.Access.Certificates.NodeTls(null));
        builder.Services.AddSingleton<TimeProvider>(clock).AddRouting();
        await using var host = builder.Build();
        await host.StartAsync();
        await using var silent = await RawConnection.ConnectAsync(host.Urls.Single());
        await using var speaking = await RawConnection.OpenAsync(host.Urls.Single());
        Assert.NotNull(await speaking.ReadUntilAsync(RawConnection.Settings));
        var closed = silent.ReadAsync();
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return closed.IsCompleted;
        }, "the silent connection is closed");
        Assert.Null(await closed);
        await speaking.SendAsync(RawConnection.Ping, 0, 0, new byte[8]);
        Assert.NotNull(await speaking.ReadUntilAsync(RawConnection.Ping));
    }

    [Fact]
    public async Task A_request_that_trickles_in_is_broken_off_and_a_stream_that_rests_is_not()
    {
        await using var resting = await RawConnection.OpenAsync(server.Address);
        await resting.BeginAsync(WireServer.Take);
        var open = new List<RawConnection>();
        for (var i = 0; i < 50; i++)
        {
            open.Add(await RawConnection.OpenAsync(server.Address, Hostile));
            await open[i].BeginAsync(WireServer.Echo);
            await open[i].SendAsync(RawConnection.Data, 0, 1, [0, 0, 1, 0, 0]); // 64 KiB are to come
        }
        using var all = new CancellationTokenSource();
        var trickles = open.Select(connection => TrickleAsync(connection, all.Token)).ToList();
        await server.CallAsync(100);
        foreach (var connection in open) await connection.ClosedByAsync().WaitAsync(Patience);
        await all.CancelAsync();
        await Task.WhenAll(trickles);
        foreach (var connection in open) await connection.DisposeAsync();
        await resting.SendAsync(RawConnection.Data, RawConnection.EndStream, 1, WireBytes.SmallMessage);
        Assert.NotNull(await resting.ReadUntilAsync(RawConnection.Data));
    }

    [Fact]
    public async Task Random_bytes_close_their_connection()
    {
        var random = new Random(6);
        for (var i = 0; i < 300; i++)
        {
            await using var connection = i % 2 == 0 ? await RawConnection.ConnectAsync(server.Address, Hostile) : await RawConnection.OpenAsync(server.Address, Hostile);
            var bytes = new byte[4096];
            random.NextBytes(bytes);
            await Record.ExceptionAsync(() => connection.SendAsync(bytes));
            if (i % 50 == 0) await server.CallAsync(10);
        }
        await server.CallAsync(100);
    }

    [Fact]
    public async Task Huge_metadata_costs_the_server_nothing()
    {
        var before = server.Memory;
        var field = RawConnection.Field("x-more", new string('a', 8000));
        for (var i = 0; i < 100; i++)
        {
            await using var connection = await RawConnection.OpenAsync(server.Address, Hostile);
            await connection.BeginAsync(WireServer.Echo, flags: 0);
            for (var n = 0; n < 100 && await Record.ExceptionAsync(() => connection.SendAsync(RawConnection.Continuation, 0, 1, field)) is null; n++)
            {
            }
        }
        await server.CallAsync(100);
        Assert.InRange(server.Memory - before, long.MinValue, FewBytes);
    }

    [Fact]
    public async Task A_connection_has_so_many_calls_and_no_more()
    {
        const int Refused = 7;
        await using var connection = await RawConnection.OpenAsync(server.Address, Hostile);
        for (uint i = 0; i <= NodeListener.MaxStreamsOfConnection; i++) await connection.BeginAsync(WireServer.Take, (2 * i) + 1);
        var reset = await connection.ReadUntilAsync(RawConnection.ResetStream);
        Assert.Equal(2u * NodeListener.MaxStreamsOfConnection + 1, reset!.Stream);
        Assert.Equal(Refused, reset.Payload[3]);
        await server.CallAsync(10);
    }

    private async Task<bool> IsServedAsync(IPAddress from)
    {
        try
        {
            await using var connection = await RawConnection.OpenAsync(server.Address, from);
            return await connection.ReadAsync() is not null;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }

    private static async Task TrickleAsync(RawConnection connection, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested && await Record.ExceptionAsync(() => connection.SendAsync(RawConnection.Data, 0, 1, [0])) is null)
            await Task.Delay(500, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // This process and the server have the same limit.
    private static int MostFiles() => int.Parse(
        File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture);
}
