using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Refuses messages that are larger than was agreed to.</summary>
internal static class MessageLimits
{
    public static void CheckReceived(long size, int? maxSize)
    {
        if (size > (maxSize ?? int.MaxValue))
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"A received message of {size} bytes or more exceeds the limit of {maxSize ?? int.MaxValue} bytes."));
    }

    public static void CheckSent(long size, int? maxSize)
    {
        if (size > (maxSize ?? int.MaxValue))
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"A message of {size} bytes to be sent exceeds the limit of {maxSize ?? int.MaxValue} bytes."));
    }
}
