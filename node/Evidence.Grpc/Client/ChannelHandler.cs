namespace Grpc.Net.Client;

/// <summary>Makes what sends the requests of a channel.</summary>
internal static class ChannelHandler
{
    private const int StreamWindow = 1024 * 1024;

    // Nothing that belongs to browsing: a proxy, a redirect or a cookie would only break HTTP/2 without TLS.
    // Pings while calls are under way show a peer that has gone without a word within 80 s.
    public static SocketsHttpHandler Create() => new()
    {
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = StreamWindow,
        KeepAlivePingDelay = TimeSpan.FromSeconds(60),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
