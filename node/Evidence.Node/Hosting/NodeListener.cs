using System.Net;
using Evidence.Node.Access.Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Evidence.Node.Hosting;

/// <summary>How a node listens.</summary>
internal static class NodeListener
{
    // What a sender may have on its way: with less it stops and starts again many times while a group of records is written.
    private const int StreamWindow = 4 << 20;
    private const int ConnectionWindow = 8 << 20;

    // Far above what honest clients need, far below what a process may have open: files have to be opened too.
    internal const int MaxConnections = 4096;
    internal const int MaxConnectionsOfAddress = 1024;
    internal const int MaxStreamsOfConnection = 100;
    internal const int MaxHeaderBytes = 32 << 10;
    private static readonly TimeSpan FirstBytesPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(20);

    /// <summary>Has a host listen for gRPC.</summary>
    internal static void Use(IWebHostBuilder host, Uri listen, NodeTls tls)
    {
        host.UseKestrel(kestrel => Configure(kestrel, listen, tls));
        host.ConfigureServices(services => services.AddSingleton<IMemoryPoolFactory<byte>, ConnectionMemory.Factory>()); // behind the server's own, or that would be taken
    }

    private static void Configure(KestrelServerOptions kestrel, Uri listen, NodeTls tls)
    {
        kestrel.AddServerHeader = false;
        // Streams last as long as the work does: a watcher of alerts may wait for days. How slowly a request may come is limited for single messages only; the gRPC server lifts that for streams.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        LimitHostile(kestrel.Limits);
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        var address = listen.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(listen.Host.Trim('[', ']'));
        kestrel.Listen(address, listen.Port, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            LimitConnections(listener);
            if (tls.Current is not null) listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.ServerOptions()) });
        });
    }

    private static void LimitHostile(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.RequestHeadersTimeout = HeaderPatience;
        limits.Http2.MaxStreamsPerConnection = MaxStreamsOfConnection;
        limits.Http2.KeepAlivePingDelay = PingDelay; // who is gone without a word is found out, and what waits for it is given back
        limits.Http2.KeepAlivePingTimeout = PingPatience;
    }

    // Ahead of TLS, so that a handshake that is never finished counts.
    private static void LimitConnections(ListenOptions listener)
    {
        var services = listener.ApplicationServices;
        var limits = new ConnectionLimits(
            MaxConnectionsOfAddress, FirstBytesPatience, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ConnectionLimits>>());
        listener.Use(next => connection => limits.RunAsync(connection, next));
    }
}
