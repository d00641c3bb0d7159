using System.Net;
using System.Net.Sockets;

namespace Evidence.Tests.Faults.Processes;

/// <summary>The link from one node to another: bytes pass as they come, or not at all, or slowly, or changed.</summary>
internal sealed class TcpRelay : IDisposable
{
    private const int Buffer = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly int _target;
    private volatile TaskCompletionSource _open = Opened();
    private volatile Forgery? _forgery;
    private volatile int _bytesPerSecond;
    private long _allowance = long.MaxValue;

    internal TcpRelay(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Nothing passes any more, and nobody is told: what is sent waits, as with packets that are dropped.</summary>
    internal void Cut() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As many bytes as that come back over the link, about, before it is cut.</summary>
    internal void CutAfter(long bytes) => Interlocked.Exchange(ref _allowance, bytes);

    /// <summary>As many bytes as that pass within a second; 0: as many as come.</summary>
    internal void Slow(int bytesPerSecond) => _bytesPerSecond = bytesPerSecond;

    /// <summary>Wherever these bytes come back over the link, others of the same length arrive.</summary>
    internal void Forge(byte[] old, byte[] with) => _forgery = new Forgery(old, with);

    /// <summary>How often bytes were forged.</summary>
    internal int Forged => _forgery?.Count ?? 0;

    /// <summary>Everything passes again, also what waited.</summary>
    internal void Mend()
    {
        (_forgery, _bytesPerSecond) = (null, 0);
        CutAfter(long.MaxValue);
        _open.TrySetResult();
    }

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Dispose();
        _open.TrySetResult();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener.AcceptSocketAsync(_closing.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the network is taken down
        }
    }

    private async Task RelayAsync(Socket from)
    {
        using var near = from;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        near.NoDelay = far.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, _closing.Token);
            await await Task.WhenAny(PumpAsync(near, far, isAnswer: false), PumpAsync(far, near, isAnswer: true)); // one side's end is the other's
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // a node that is not there, or gone: its peer sees the connection end
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var (buffer, kept) = (new byte[Buffer], 0);
        while (await from.ReceiveAsync(buffer.AsMemory(kept), _closing.Token) is var read and > 0)
        {
            await _open.Task.WaitAsync(_closing.Token);
            if (isAnswer && Interlocked.Add(ref _allowance, -read) < 0) Cut();
            if (_bytesPerSecond is var rate and > 0) await Task.Delay(TimeSpan.FromSeconds((double)read / rate), _closing.Token);
            var all = kept + read;
            kept = isAnswer && _forgery is { } forgery ? forgery.Apply(buffer.AsSpan(0, all)) : 0;
            for (var sent = 0; sent < all - kept;) sent += await to.SendAsync(buffer.AsMemory(sent, all - kept - sent), _closing.Token);
            buffer.AsSpan(all - kept, kept).CopyTo(buffer);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private sealed class Forgery(byte[] old, byte[] with)
    {
        private int _count;

        internal int Count => _count;

        /// <summary>Changes the bytes; as many at their end as may be the beginning of what is sought wait for those that follow.</summary>
        internal int Apply(Span<byte> bytes)
        {
            var from = 0;
            for (; bytes[from..].IndexOf(old) is var found and >= 0; from += found + old.Length, Interlocked.Increment(ref _count)) with.CopyTo(bytes[(from + found)..]);
            for (var length = Math.Min(old.Length - 1, bytes.Length - from); length > 0; length--)
                if (old.AsSpan(0, length).SequenceEqual(bytes[^length..])) return length;
            return 0;
        }
    }
}
