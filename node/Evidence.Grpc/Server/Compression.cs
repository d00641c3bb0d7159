using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>What the two sides agree on for compressing messages.</summary>
internal static class Compression
{
    /// <exception cref="RpcException">UNIMPLEMENTED: the requests are compressed in a way that is not known here.</exception>
    public static void CheckRequest(HttpContext http)
    {
        var encoding = http.Request.Headers[WireNames.Encoding].ToString();
        if (encoding is "" or WireNames.Identity or WireNames.Gzip)
            return;
        http.Response.Headers[WireNames.AcceptEncoding] = WireNames.AcceptedEncodings;
        throw new RpcException(new Status(StatusCode.Unimplemented, $"The message encoding {encoding} is not supported; {WireNames.AcceptedEncodings} are."));
    }

    public static bool IsGzip(HttpRequest request) => request.Headers[WireNames.Encoding] == WireNames.Gzip;

    /// <summary>Whether responses are compressed: the host wants it and the client accepts it. Says so to the client.</summary>
    public static bool Negotiate(HttpContext http, GrpcServiceOptions options)
    {
        if (options.ResponseCompressionAlgorithm != WireNames.Gzip)
            return false;
        var accepted = http.Request.Headers[WireNames.AcceptEncoding].ToString().Split(',', StringSplitOptions.TrimEntries);
        if (!accepted.Contains(WireNames.Gzip))
            return false;
        http.Response.Headers[WireNames.Encoding] = WireNames.Gzip;
        return true;
    }
}
