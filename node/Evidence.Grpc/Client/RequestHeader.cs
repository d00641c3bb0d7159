using System.Net;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>The header of a call's HTTP/2 request.</summary>
internal static class RequestHeader
{
    private static readonly string UserAgent = $"grpc-dotnet-evidence/{typeof(RequestHeader).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Time until a deadline; null: there is none.</summary>
    public static TimeSpan? TimeUntil(DateTime? deadline, TimeProvider time)
        => deadline is { } at && at != DateTime.MaxValue ? at.ToUniversalTime() - time.GetUtcNow().UtcDateTime : null;

    public static HttpRequestMessage Create(
        GrpcChannel channel, string path, string? host, Metadata? metadata, TimeSpan? timeout, bool compress)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, channel.UriOf(path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = host;
        if (timeout is { } left)
            Add(request, WireNames.Timeout, TimeoutText.Format(left));
        Add(request, "te", "trailers");
        Add(request, "user-agent", UserAgent);
        Add(request, WireNames.AcceptEncoding, WireNames.AcceptedEncodings);
        if (compress)
            Add(request, WireNames.Encoding, WireNames.Gzip);
        foreach (var entry in metadata ?? Metadata.Empty)
        {
            if (entry.Key != WireNames.RequestEncoding)
                Add(request, entry.Key, MetadataText.ValueOf(entry));
        }
        return request;
    }

    private static void Add(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, value);
}
