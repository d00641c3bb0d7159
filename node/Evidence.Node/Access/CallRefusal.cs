using System.Globalization;
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
    /// <summary>When to try again; null: not said.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    private string? RetrySeconds => RetryAfter is { } after ? Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;

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
        http.Response.EndGrpc(new Status(Code, Message), RetrySeconds is { } seconds ? new Metadata { { "retry-after", seconds } } : null);
        return Task.CompletedTask;
    }

    private Task SendProblemAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = (int)HttpCode;
        if (Code == StatusCode.Unauthenticated) response.Headers.WWWAuthenticate = "Bearer";
        if (RetrySeconds is { } seconds) response.Headers.RetryAfter = seconds;
        response.ContentType = "application/problem+json";
        return response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { title = HttpCode.ToString(), status = (int)HttpCode, detail = Message }), ct).AsTask();
    }
}
