using System.Net;
using System.Text.Json;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Evidence.Node.Access;

/// <summary>An answer to a call that is not let in, in the caller's own protocol.</summary>
/// <param name="Code">The gRPC status.</param>
/// <param name="Message">What is missing and what would do.</param>
internal sealed record CallRefusal(StatusCode Code, string Message)
{
    private HttpStatusCode HttpCode => Code switch
    {
        StatusCode.Unauthenticated => HttpStatusCode.Unauthorized,
        StatusCode.PermissionDenied => HttpStatusCode.Forbidden,
        StatusCode.ResourceExhausted => HttpStatusCode.TooManyRequests,
        _ => HttpStatusCode.NotFound,
    };

    /// <summary>Ends the call: trailers-only for gRPC, problem+json (RFC 9457) for the rest.</summary>
    internal Task SendAsync(HttpContext http)
    {
        if (!http.Request.IsGrpc()) return SendProblemAsync(http.Response, http.RequestAborted);
        http.Response.EndGrpc(new Status(Code, Message));
        return Task.CompletedTask;
    }

    private Task SendProblemAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = (int)HttpCode;
        if (Code == StatusCode.Unauthenticated) response.Headers.WWWAuthenticate = "Bearer";
        response.ContentType = "application/problem+json";
        return response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { title = HttpCode.ToString(), status = (int)HttpCode, detail = Message }), ct).AsTask();
    }
}
