namespace Grpc.Net.Client;

/// <summary>Limits and habits of a channel.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Largest response message in bytes, after decompression; null: no limit. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Largest request message in bytes, before compression; null: no limit. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Sends the HTTP/2 requests (certificates, proxies, time-outs are set there); null: one made and owned by the channel.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>The channel disposes <see cref="HttpHandler"/> with itself.</summary>
    public bool DisposeHttpHandler { get; set; }

    /// <summary>Takes the handler that a channel makes for itself and gives back what sends the requests: it with other settings (certificates), or one around it. Not used with <see cref="HttpHandler"/>.</summary>
    public Func<SocketsHttpHandler, HttpMessageHandler>? Around { get; set; }

    /// <summary>While calls are under way and nothing comes, the peer is asked after this time whether it is there. 1 s or more. Not for an <see cref="HttpHandler"/> of one's own.</summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A peer that does not answer within this time is gone: its calls end with UNAVAILABLE. 1 s or more. Not for an <see cref="HttpHandler"/> of one's own.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Measures deadlines.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
