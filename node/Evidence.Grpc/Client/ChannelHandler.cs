namespace Grpc.Net.Client;

/// <summary>Makes what sends the requests of a channel.</summary>
internal static class ChannelHandler
{
    private const int StreamWindow = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Nothing that belongs to browsing: a proxy, a redirect or a cookie would only break HTTP/2 without TLS.
    // Pings while calls are under way show a peer that has gone without a word; one that never said a word is shown sooner.
    public static SocketsHttpHandler Create(GrpcChannelOptions options) => new()
    {
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = StreamWindow,
        KeepAlivePingDelay = options.KeepAlivePingDelay,
        KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        ConnectTimeout = Patience,
        PlaintextStreamFilter = (connected, _) => ValueTask.FromResult<Stream>(new FirstAnswer(connected.PlaintextStream, Patience, options.TimeProvider)),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
