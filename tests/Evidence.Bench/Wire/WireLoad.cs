using System.Net;
using System.Net.Http.Headers;
using Evidence.Bench.Goals;

namespace Evidence.Bench.Wire;

/// <summary>Calls over HTTP/2 whose bytes are ready: the client costs the same whatever the server does with them.</summary>
/// <param name="server">Address of the server.</param>
/// <param name="http">Sends the calls; disposed with this.</param>
internal sealed class WireLoad(Uri server, SocketsHttpHandler http) : IDisposable
{
    private const int StreamWindow = 1 << 20;
    private const int ReadSize = 64 << 10;

    private readonly HttpMessageInvoker _http = new(http);

    internal WireLoad(Uri server) : this(server, new SocketsHttpHandler { UseProxy = false, InitialHttp2StreamWindowSize = StreamWindow })
    {
    }

    /// <summary>Makes one call.</summary>
    /// <param name="path">Path of the method.</param>
    /// <param name="message">A message with its prefix.</param>
    /// <param name="count">How often the message is sent.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>How many bytes came, and the last of them.</returns>
    /// <exception cref="NotMeasuredException">The call did not end with OK.</exception>
    internal async Task<(long Bytes, byte[] Last)> CallAsync(string path, byte[] message, int count, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new RepeatedContent(message, count);
        request.Headers.TryAddWithoutValidation("te", "trailers");
        using var response = await _http.SendAsync(request, ct);
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[count == 1 && message.Length < ReadSize ? 2 * message.Length : ReadSize];
        var (bytes, last) = (0L, 0);
        for (int read; (read = await body.ReadAsync(buffer, ct)) > 0; last = read) bytes += read;
        if (!response.TrailingHeaders.TryGetValues("grpc-status", out var status) || status.Single() != "0")
            throw new NotMeasuredException($"{path} did not end with OK: HTTP {(int)response.StatusCode} {response.Headers} {response.TrailingHeaders}");
        return (bytes, buffer[..last]);
    }

    public void Dispose() => _http.Dispose();

    private sealed class RepeatedContent : HttpContent
    {
        private readonly byte[] _message;
        private readonly int _count;

        internal RepeatedContent(byte[] message, int count)
        {
            (_message, _count) = (message, count);
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            for (var i = 0; i < _count; i++) await stream.WriteAsync(_message, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
