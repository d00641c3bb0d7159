using Google.Protobuf;
using Grpc.Core;

namespace Google.Rpc;

/// <summary>Rich errors: a status with details that programs can read, as it travels in the trailers.</summary>
public static class RpcStatusExtensions
{
    /// <summary>The trailer that holds the whole status.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>
    /// The exception with which a handler ends its call with this status. Peers commonly refuse more than 8 KiB of trailers, so the details have to be small.
    /// </summary>
    /// <param name="status">The status; its code must not be OK.</param>
    /// <exception cref="ArgumentException">The code is OK.</exception>
    public static RpcException ToRpcException(this Status status)
    {
        if (status.Code == (int)StatusCode.OK)
            throw new ArgumentException("A call that ends with OK carries no error.", nameof(status));
        return new RpcException(new Grpc.Core.Status((StatusCode)status.Code, status.Message), new Metadata { { DetailsTrailer, status.ToByteArray() } });
    }

    /// <summary>The status with its details; null where the server sent none, or bytes that are no status.</summary>
    /// <param name="exception">What ended the call.</param>
    public static Status? GetRpcStatus(this RpcException exception)
    {
        try
        {
            return exception.Trailers.GetValueBytes(DetailsTrailer) is { } bytes ? Status.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null; // code and text of the exception stand without it
        }
    }

    /// <summary>The first detail of a type, or null.</summary>
    /// <param name="status">The status.</param>
    public static T? GetDetail<T>(this Status status)
        where T : class, IMessage<T>, new()
    {
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<T>(out var known))
                return known;
        }
        return null;
    }
}
