using Grpc.Core;

namespace Evidence.Client;

/// <summary>A node gave no answer: it cannot be reached, is not ready, or took longer than the deadline.</summary>
/// <param name="address">Address of the node.</param>
/// <param name="cause">How the call ended.</param>
public sealed class NodeUnreachableException(string address, RpcException cause)
    : RpcException(cause.Status, cause.Trailers, $"The node at {address} gave no answer: {cause.Status.Detail}")
{
    /// <summary>Address of the node.</summary>
    public string Address { get; } = address;

    internal static bool IsBehind(RpcException exception)
        => exception is not NodeUnreachableException && exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded;
}
