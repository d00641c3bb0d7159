using System.Net;
using System.Net.Sockets;

namespace Evidence.Tests.Replication;

/// <summary>A link to a node that a test makes slow, breaks every so many bytes, or cuts. Counts what the node sent over it.</summary>
internal sealed class FlakyLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private long _bytes;
    private int _breaks;

    internal FlakyLink(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync(_stop.Token);
    }

    internal string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>A connection is cut once it has brought so many bytes.</summary>
    internal long BreaksAfter { get; set; } = long.MaxValue;

    /// <summary>Bytes a second that come through; 0: all.</summary>
    internal int BytesPerSecond { get; set; }

    /// <summary>Whether nobody gets through.</summary>
    internal bool IsCut { get; set; }

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal int Breaks => Volatile.Read(ref _breaks);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken ct)
    {
        var links = new List<Task>();
        try
        {
            while (true) links.Add(CarryAsync(await _listener.AcceptTcpClientAsync(ct), ct));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task CarryAsync(TcpClient from, CancellationToken ct)
    {
        using (from)
        using (var to = new TcpClient())
        using (var cut = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            try
            {
                if (IsCut) return;
                await to.ConnectAsync(_target.Host, _target.Port, cut.Token);
                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream(), cut.Token), BringAsync(to.GetStream(), from.GetStream(), cut.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // one of the two is gone
            }
            finally
            {
                await cut.CancelAsync();
                from.Client.Close(0); // a reset, not a farewell
            }
        }
    }

    private async Task BringAsync(NetworkStream node, NetworkStream asker, CancellationToken ct)
    {
        var buffer = new byte[16 << 10];
        long brought = 0;
        for (int read; !IsCut && (read = await node.ReadAsync(buffer, ct)) > 0;)
        {
            if (BytesPerSecond > 0) await Task.Delay(TimeSpan.FromSeconds((double)read / BytesPerSecond), ct);
            await asker.WriteAsync(buffer.AsMemory(0, read), ct);
            Interlocked.Add(ref _bytes, read);
            if ((brought += read) < BreaksAfter) continue;
            Interlocked.Increment(ref _breaks);
            return;
        }
    }
}
