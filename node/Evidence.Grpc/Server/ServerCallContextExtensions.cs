using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>What a call has beyond gRPC.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The HTTP/2 request that carries the call: connection, client certificate, user.</summary>
    /// <param name="context">The call.</param>
    /// <exception cref="InvalidOperationException">The call does not come over HTTP.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext context)
        => (context as HttpServerCallContext)?.HttpContext ?? throw new InvalidOperationException("The call does not come over HTTP.");
}
