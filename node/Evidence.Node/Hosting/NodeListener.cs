using System.Net;
using System.Security.Cryptography.X509Certificates;
using Evidence.Node.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Evidence.Node.Hosting;

/// <summary>How a node listens.</summary>
internal static class NodeListener
{
    // What a sender may have on its way: with less it stops and starts again many times while a group of records is written.
    private const int StreamWindow = 4 << 20;
    private const int ConnectionWindow = 8 << 20;

    /// <summary>Has a host listen for gRPC.</summary>
    internal static void Use(IWebHostBuilder host, Uri listen, TlsOptions? tls)
    {
        host.UseKestrel(kestrel => Configure(kestrel, listen, tls));
        host.ConfigureServices(services => services.AddSingleton<IMemoryPoolFactory<byte>, ConnectionMemory.Factory>()); // behind the server's own, or that would be taken
    }

    private static void Configure(KestrelServerOptions kestrel, Uri listen, TlsOptions? tls)
    {
        kestrel.AddServerHeader = false;
        // Streams last as long as the work does: an upload may pause, a watcher of alerts may wait for days.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        var address = listen.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(listen.Host.Trim('[', ']'));
        kestrel.Listen(address, listen.Port, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            if (tls is not null) listener.UseHttps(X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile));
        });
    }
}
