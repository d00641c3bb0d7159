using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>gRPC for what stands before the services and may end a call by itself.</summary>
public static class GrpcHttpExtensions
{
    /// <summary>Whether the request is a gRPC call, by its content type.</summary>
    /// <param name="request">The request.</param>
    public static bool IsGrpc(this HttpRequest request) => WireNames.IsGrpc(request.ContentType);

    /// <summary>Ends a call of which nothing has been answered yet, by a trailers-only response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="status">How the call ends.</param>
    /// <param name="trailers">Metadata that goes with it; null: none.</param>
    public static void EndGrpc(this HttpResponse response, Status status, Metadata? trailers = null) => ResponseStatus.Set(response, status, trailers);
}
