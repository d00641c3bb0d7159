using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Evidence.Bench;
using Evidence.Bench.EmptyHandler;
using Evidence.Bench.Wire;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Grpc;

/// <summary>The gRPC server with the listener of a node in a process of its own, so that what it holds can be told from what the tests hold.</summary>
public sealed class WireServer : IAsyncLifetime
{
    internal const string Echo = $"/{WireService.Name}/Echo", Take = $"/{WireService.Name}/Take", Give = $"/{WireService.Name}/Give";

    private readonly TemporaryFolder _folder = new();
    private BenchContext? _context;
    private EmptyNode? _process;

    internal string Address => _process!.Address.AbsoluteUri;

    /// <summary>Bytes of memory that the process has (VmRSS).</summary>
    internal long Memory
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process!.Pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    public async Task InitializeAsync()
    {
        _context = new BenchContext(_folder.Path, 1, TimeProvider.System, _ => { });
        _process = await EmptyNode.StartAsync(_context, CancellationToken.None);
        await CallAsync(100); // its code is compiled, and its memory is what it takes to serve
    }

    public async Task DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        if (_context is not null) await _context.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Calls as a well-behaved client does, on a connection of its own, from a loopback address of its own.</summary>
    internal async Task CallAsync(int calls, string from = "127.0.0.1")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var http = new SocketsHttpHandler { UseProxy = false, ConnectCallback = (target, ct) => ConnectAsync(from, target.DnsEndPoint, ct) };
        using var load = new WireLoad(_process!.Address, http);
        for (var i = 0; i < calls; i++)
            Assert.Equal(WireBytes.SmallMessage.Length, (await load.CallAsync(Echo, WireBytes.SmallMessage, 1, patience.Token)).Bytes);
    }

    private static async ValueTask<Stream> ConnectAsync(string from, DnsEndPoint target, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, target.Port, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
