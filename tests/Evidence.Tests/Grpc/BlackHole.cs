using System.Net;
using System.Net.Sockets;

namespace Evidence.Tests.Grpc;

/// <summary>Stands between client and server, passes bytes on, and from some moment on swallows them: a network that went away without a word.</summary>
internal sealed class BlackHole : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly int _port;
    private volatile bool _swallows;
    private long _there;
    private long _back;

    private BlackHole(string server)
    {
        _port = new Uri(server).Port;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Bytes that have come from clients.</summary>
    public long PassedThere => Interlocked.Read(ref _there);

    /// <summary>Bytes that have come from the server.</summary>
    public long PassedBack => Interlocked.Read(ref _back);

    public static BlackHole Before(string server) => new(server);

    public void Swallow() => _swallows = true;

    public ValueTask DisposeAsync()
    {
        _closed.Cancel();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            var inner = await _listener.AcceptTcpClientAsync(_closed.Token);
            var outer = new TcpClient();
            await outer.ConnectAsync(IPAddress.Loopback, _port, _closed.Token);
            _ = PassAsync(inner, outer, read => Interlocked.Add(ref _there, read));
            _ = PassAsync(outer, inner, read => Interlocked.Add(ref _back, read));
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        using var _ = _closed.Token.Register(from.Dispose);
        for (int read; (read = await from.GetStream().ReadAsync(buffer, _closed.Token)) > 0;)
        {
            count(read);
            if (!_swallows)
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _closed.Token);
        }
    }
}
