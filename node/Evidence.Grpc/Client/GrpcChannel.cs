using System.Collections.Concurrent;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>The way to a server over HTTP/2. Connects when the first call is made. Safe to use from several threads.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly Uri _address;
    private readonly ConcurrentDictionary<string, Uri> _uris = new();
    private readonly HttpMessageInvoker _http;
    private readonly CancellationTokenSource _closed = new();

    private GrpcChannel(Uri address, GrpcChannelOptions options) : base(address.Authority)
    {
        _address = address;
        Options = options;
        _http = options.HttpHandler is { } handler
            ? new HttpMessageInvoker(handler, options.DisposeHttpHandler)
            : new HttpMessageInvoker(Own(options), disposeHandler: true);
    }

    internal GrpcChannelOptions Options { get; }

    internal CancellationToken Closed => _closed.Token;

    /// <summary>A channel to a server.</summary>
    /// <param name="address">Address with scheme: <c>http://</c> for HTTP/2 without TLS, <c>https://</c> with it.</param>
    /// <exception cref="ArgumentException">The address has another scheme.</exception>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address), new GrpcChannelOptions());

    /// <summary>A channel to a server.</summary>
    /// <param name="address">Address with scheme: <c>http://</c> for HTTP/2 without TLS, <c>https://</c> with it.</param>
    /// <param name="options">Limits.</param>
    /// <exception cref="ArgumentException">The address has another scheme.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions options) => ForAddress(new Uri(address), options);

    /// <summary>A channel to a server.</summary>
    /// <param name="address">Address with scheme: <c>http://</c> for HTTP/2 without TLS, <c>https://</c> with it.</param>
    /// <param name="options">Limits.</param>
    /// <exception cref="ArgumentException">The address has another scheme.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions options)
    {
        if (address.Scheme is not ("http" or "https"))
            throw new ArgumentException($"The address {address} must begin with http:// or https://.", nameof(address));
        return new GrpcChannel(address, options);
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => new HttpCallInvoker(this);

    /// <summary>Cancels all calls and closes the connections.</summary>
    public void Dispose()
    {
        if (_closed.IsCancellationRequested)
            return;
        _closed.Cancel();
        _http.Dispose();
    }

    private static HttpMessageHandler Own(GrpcChannelOptions options)
    {
        var handler = ChannelHandler.Create(options);
        return options.Around is { } around ? around(handler) : handler;
    }

    internal Uri UriOf(string path) => _uris.GetOrAdd(path, static (relative, address) => new Uri(address, relative), _address);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => _http.SendAsync(request, ct);
}
