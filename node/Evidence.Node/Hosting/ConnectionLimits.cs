using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Evidence.Node.Hosting;

/// <summary>
/// Keeps one client from taking all connections: so many at once from one address, and none that says nothing. Whoever has more of them, or stays silent, is hung up on.
/// </summary>
/// <param name="perAddress">Connections at once from one IPv4 address, or from one IPv6 network of 64 bits.</param>
/// <param name="patience">A connection on which nothing comes for this long after it was opened is closed.</param>
/// <param name="time">Measures.</param>
/// <param name="logger">Told when an address reaches its limit.</param>
internal sealed partial class ConnectionLimits(int perAddress, TimeSpan patience, TimeProvider time, ILogger<ConnectionLimits> logger)
{
    private const int NetworkBytes = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Held> _held = [];

    /// <summary>Serves a connection by <paramref name="next"/> if it is within the limits.</summary>
    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var network = NetworkOf(connection.RemoteEndPoint);
        if (!Enter(network)) return; // what is not served is closed
        try
        {
            if (await SpeaksAsync(connection)) await next(connection);
        }
        finally
        {
            Leave(network);
        }
    }

    // What has come is not examined, so whoever reads next gets it at once.
    private async Task<bool> SpeaksAsync(ConnectionContext connection)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, connection.ConnectionClosed);
        try
        {
            var read = await connection.Transport.Input.ReadAsync(either.Token);
            connection.Transport.Input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private bool Enter(IPAddress network)
    {
        var isNews = false;
        lock (_gate)
        {
            if (!_held.TryGetValue(network, out var held)) _held[network] = held = new Held();
            if (held.Count < perAddress)
            {
                held.Count++;
                return true;
            }
            (isNews, held.IsKnownFull) = (!held.IsKnownFull, true);
        }
        if (isNews) LogFull(network, perAddress);
        return false;
    }

    private void Leave(IPAddress network)
    {
        lock (_gate)
        {
            var held = _held[network];
            if (--held.Count == 0) _held.Remove(network);
            else if (held.Count < perAddress / 2) held.IsKnownFull = false;
        }
    }

    private static IPAddress NetworkOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address }) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} has {Limit} connections open; further ones are closed until some of them end")]
    private partial void LogFull(IPAddress address, int limit);

    private sealed class Held
    {
        internal int Count { get; set; }

        internal bool IsKnownFull { get; set; }
    }
}
