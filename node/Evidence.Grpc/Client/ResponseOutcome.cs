using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>Reads out of an HTTP/2 response, or out of its failure, how a call ended.</summary>
internal static class ResponseOutcome
{
    /// <summary>The outcome if the header alone tells it: a trailers-only response, or one that is not gRPC. Null: messages and trailers follow.</summary>
    public static CallOutcome? OfHeader(HttpResponseMessage response)
    {
        if (response.Headers.NonValidated.Contains(WireNames.Status))
            return OfFields(response.Headers.NonValidated);
        if (response.StatusCode != HttpStatusCode.OK)
            return NoGrpc(response, CodeOf(response.StatusCode), $"The server answered with HTTP status {(int)response.StatusCode} and no gRPC status.");
        var contentType = ContentType(response);
        if (!WireNames.IsGrpc(contentType))
            return NoGrpc(response, StatusCode.Unknown, $"The server answered with content type \"{contentType}\", which is not gRPC.");
        var encoding = Encoding(response);
        return encoding is null or WireNames.Identity or WireNames.Gzip
            ? null
            : Of(StatusCode.Internal, $"The server answered with the message encoding {encoding}, which was not offered.");
    }

    /// <summary>The outcome that the trailers state. Valid when the body has been read to its end.</summary>
    public static CallOutcome OfTrailers(HttpResponseMessage response) => OfFields(response.TrailingHeaders.NonValidated);

    public static CallOutcome OfException(Exception exception, bool pastDeadline)
    {
        if (exception is RpcException known)
            return new CallOutcome(known.Status, known.Trailers);
        var code = CodeOf(exception);
        if (code == StatusCode.Cancelled && pastDeadline)
            return CallOutcome.DeadlineExceeded;
        return new CallOutcome(new Status(code, MessageOf(exception), exception), Metadata.Empty);
    }

    public static bool IsGzip(HttpResponseMessage response) => Encoding(response) == WireNames.Gzip;

    public static Metadata MetadataOf(HttpHeadersNonValidated fields)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in fields)
        {
            if (!MetadataText.IsMetadata(name))
                continue;
            foreach (var value in values)
                MetadataText.Add(metadata, name.ToLowerInvariant(), value);
        }
        return metadata;
    }

    private static CallOutcome OfFields(HttpHeadersNonValidated fields)
    {
        var text = First(fields, WireNames.Status);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return Of(StatusCode.Unknown, text is null ? "The response ended without a gRPC status." : $"\"{text}\" is no gRPC status.");
        var detail = StatusText.Decode(First(fields, WireNames.Message) ?? "");
        var known = Enum.IsDefined((StatusCode)code) ? (StatusCode)code : StatusCode.Unknown;
        return new CallOutcome(new Status(known, detail), MetadataOf(fields));
    }

    // Only for responses without a gRPC status.
    private static StatusCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static StatusCode CodeOf(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException protocol)
                return IsOfStream(protocol) ? CodeOf(protocol.ErrorCode) : StatusCode.Unavailable;
        }
        return exception switch
        {
            OperationCanceledException { InnerException: TimeoutException } => StatusCode.Unavailable,
            OperationCanceledException => StatusCode.Cancelled,
            HttpRequestException or IOException => StatusCode.Unavailable,
            _ => StatusCode.Internal,
        };
    }

    // What ended a whole connection, such as a ping that nobody answered, says nothing of the call. The framework has one class for both.
    private static bool IsOfStream(HttpProtocolException exception) => exception.Message.Contains("reset the stream", StringComparison.Ordinal);

    // The error codes of RST_STREAM (RFC 9113, section 7) as gRPC maps them.
    private static StatusCode CodeOf(long errorCode) => errorCode switch
    {
        0x7 => StatusCode.Unavailable,
        0x8 => StatusCode.Cancelled,
        0xb => StatusCode.ResourceExhausted,
        0xc => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };

    private static string? ContentType(HttpResponseMessage response) => First(response.Content.Headers.NonValidated, "content-type");

    private static string? Encoding(HttpResponseMessage response) => First(response.Headers.NonValidated, WireNames.Encoding);

    private static string? First(HttpHeadersNonValidated fields, string name)
        => fields.TryGetValues(name, out var values) ? values.ToString() : null;

    // The outermost message often says no more than that there is an inner one.
    private static string MessageOf(Exception exception)
    {
        var text = exception.Message;
        for (var e = exception.InnerException; e is not null; e = e.InnerException)
        {
            if (!text.Contains(e.Message, StringComparison.Ordinal)) text += $" {e.Message}";
        }
        return text;
    }

    // Callers that want to tell a server of another kind from one that refuses find it in the status.
    private static CallOutcome NoGrpc(HttpResponseMessage response, StatusCode code, string detail)
        => new(new Status(code, detail, new HttpRequestException(HttpRequestError.InvalidResponse, detail, statusCode: response.StatusCode)), Metadata.Empty);

    private static CallOutcome Of(StatusCode code, string detail) => new(new Status(code, detail), Metadata.Empty);
}
