using Grpc.Core;

namespace Evidence.Client;

/// <summary>A node gave no answer: it cannot be reached, is not ready, took longer than the deadline, or what answers is no node.</summary>
/// <param name="address">Address of the node.</param>
/// <param name="cause">How the call ended.</param>
public sealed class NodeUnreachableException(string address, RpcException cause) : RpcException(cause.Status, cause.Trailers, Explain(address, cause.Status))
{
    /// <summary>Address of the node.</summary>
    public string Address { get; } = address;

    internal static bool IsBehind(RpcException exception)
        => exception is not NodeUnreachableException
            && (exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded || ErrorOf(exception.Status) == HttpRequestError.InvalidResponse || SpeaksAnother(exception.Status));

    /// <summary>Whether it was waited for in vain: to try again would only take as long again.</summary>
    internal static bool IsTooLate(RpcException exception)
    {
        for (var e = exception.Status.DebugException; e is not null; e = e.InnerException)
            if (e is TimeoutException) return true;
        return false;
    }

    private static string Explain(string address, Status status) => ErrorOf(status) switch
    {
        HttpRequestError.InvalidResponse => $"What answers at {address} is no node: {status.Detail}",
        _ when SpeaksAnother(status) => $"What answers at {address} is no node, or speaks TLS where its address should begin with https://: it does not speak HTTP/2. {status.Detail}",
        HttpRequestError.SecureConnectionError => $"The node at {address} gave no answer: {status.Detail} If it speaks without TLS, its address begins with http://.",
        HttpRequestError.VersionNegotiationError or HttpRequestError.HttpProtocolError when address.StartsWith("http:", StringComparison.Ordinal)
            => $"The node at {address} gave no answer: {status.Detail} If it speaks TLS, its address begins with https://.",
        _ => $"The node at {address} gave no answer: {status.Detail}",
    };

    // PROTOCOL_ERROR (RFC 9113, section 7) is what an answer in another protocol is taken for, and HTTP_1_1_REQUIRED is said by servers that know better.
    private static bool SpeaksAnother(Status status)
    {
        for (var e = status.DebugException; e is not null; e = e.InnerException)
            if (e is HttpProtocolException { ErrorCode: 0x1 or 0xd }) return true;
        return false;
    }

    private static HttpRequestError? ErrorOf(Status status) => (status.DebugException as HttpRequestException)?.HttpRequestError;
}
