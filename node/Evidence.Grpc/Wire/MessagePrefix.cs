using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>The five bytes ahead of each message: whether it is compressed, and its length.</summary>
internal readonly record struct MessagePrefix(bool Compressed, uint Length)
{
    public const int Size = 5;

    public void WriteTo(IBufferWriter<byte> destination)
    {
        var bytes = destination.GetSpan(Size);
        bytes[0] = Compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], Length);
        destination.Advance(Size);
    }

    /// <exception cref="RpcException">INTERNAL: the flag is neither 0 nor 1.</exception>
    public static MessagePrefix Read(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(bytes);
        if (bytes[0] > 1)
            throw new RpcException(new Status(StatusCode.Internal, $"A message begins with the compressed flag {bytes[0]}; 0 and 1 are defined."));
        return new MessagePrefix(bytes[0] == 1, BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]));
    }
}
