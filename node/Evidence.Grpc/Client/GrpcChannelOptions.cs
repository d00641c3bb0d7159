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

    /// <summary>Measures deadlines.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
