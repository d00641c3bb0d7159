using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>How a call ended.</summary>
internal sealed record CallOutcome(Status Status, Metadata Trailers)
{
    public static readonly CallOutcome Disposed = Of(StatusCode.Cancelled, "The call was disposed.");
    public static readonly CallOutcome Cancelled = Of(StatusCode.Cancelled, "The call was cancelled.");
    public static readonly CallOutcome ChannelClosed = Of(StatusCode.Cancelled, "The channel was disposed.");
    public static readonly CallOutcome DeadlineExceeded = Of(StatusCode.DeadlineExceeded, "Deadline exceeded.");
    public static readonly CallOutcome WrongCount = Of(StatusCode.Unimplemented, "The server did not send exactly one response message.");

    public RpcException ToException() => new(Status, Trailers);

    private static CallOutcome Of(StatusCode code, string detail) => new(new Status(code, detail), Metadata.Empty);
}
