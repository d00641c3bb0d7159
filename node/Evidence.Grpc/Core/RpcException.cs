namespace Grpc.Core;

/// <summary>A call ended with a status other than OK. A handler throws it to end its call with that status.</summary>
/// <param name="status">How the call ended.</param>
/// <param name="trailers">Metadata that came, or is to go, with the status.</param>
/// <param name="message">Text of the exception; by default that of the status.</param>
public class RpcException(Status status, Metadata trailers, string message) : Exception(message, status.DebugException)
{
    /// <summary>An exception with a status and no metadata.</summary>
    /// <param name="status">How the call ended.</param>
    public RpcException(Status status) : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>An exception with a status and metadata.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">Metadata that came, or is to go, with the status.</param>
    public RpcException(Status status, Metadata trailers) : this(status, trailers, status.ToString())
    {
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; } = status;

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Metadata that came, or is to go, with the status.</summary>
    public Metadata Trailers { get; } = trailers;
}
