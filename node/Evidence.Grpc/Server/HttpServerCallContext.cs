using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>A call over HTTP/2 as its handler sees it.</summary>
internal sealed class HttpServerCallContext(HttpContext http, string method) : ServerCallContext, IDisposable
{
    private CallDeadline? _deadline;
    private Metadata? _requestHeaders;
    private Metadata? _trailers;

    public HttpContext HttpContext { get; } = http;

    public CallCompletion Completion { get; } = new(http);

    /// <summary>Cancelled with the deadline; empty when there is none, since reads and writes end by themselves when the client goes.</summary>
    public CancellationToken AbortToken => _deadline?.Token ?? default;

    public bool IsPastDeadline => _deadline is { Passed: true };

    public Metadata? Trailers => _trailers;

    protected override string MethodCore => method;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore => PeerText(HttpContext.Connection);

    protected override DateTime DeadlineCore => _deadline?.At ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _trailers ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>Starts the clock if the client set a deadline.</summary>
    /// <exception cref="RpcException">INTERNAL: the timeout is malformed.</exception>
    public void StartDeadline(TimeProvider time)
    {
        var text = HttpContext.Request.Headers[WireNames.Timeout];
        if (text.Count == 0)
            return;
        if (!TimeoutText.TryParse(text.ToString(), out var timeout))
            throw new RpcException(new Status(StatusCode.Internal, "The header grpc-timeout is malformed."));
        _deadline = new CallDeadline(timeout, time, HttpContext.RequestAborted, Completion);
    }

    public void Dispose() => _deadline?.Dispose();

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        var response = HttpContext.Response;
        if (response.HasStarted)
            throw new InvalidOperationException("The response headers have been sent.");
        foreach (var entry in responseHeaders)
            response.Headers.Append(entry.Key, MetadataText.ValueOf(entry));
        using (Completion.BeginWrite())
            await response.BodyWriter.FlushAsync(AbortToken);
    }

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            if (!MetadataText.IsMetadata(name))
                continue;
            foreach (var value in values)
                MetadataText.Add(metadata, name, value ?? "");
        }
        return metadata;
    }

    private static string PeerText(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
        IPAddress address => $"ipv4:{address}:{connection.RemotePort}",
    };
}
