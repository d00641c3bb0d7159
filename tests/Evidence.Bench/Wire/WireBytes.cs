using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Evidence.Bench.Wire;

/// <summary>Messages as they stand on the wire, with their prefix.</summary>
internal static class WireBytes
{
    private const int Prefix = 5;
    private const int ChunkSize = 64 << 10;

    /// <summary>Content of a chunk.</summary>
    internal static readonly ByteString Chunk = ByteString.CopyFrom(new byte[ChunkSize]);

    /// <summary>A chunk of 64 KiB.</summary>
    internal static readonly byte[] ChunkMessage = Message(Chunk.Span);

    /// <summary>A message of 1 KiB.</summary>
    internal static readonly byte[] SmallMessage = Message(new byte[1024]);

    /// <summary>A message with a number.</summary>
    internal static byte[] Message(int number) => Message(BitConverter.GetBytes(number));

    /// <summary>The number in such a message.</summary>
    internal static int NumberIn(ReadOnlySpan<byte> message) => BitConverter.ToInt32(message[^sizeof(int)..]);

    private static byte[] Message(ReadOnlySpan<byte> content)
    {
        var message = new BytesValue { Value = ByteString.CopyFrom(content) };
        var bytes = new byte[Prefix + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - Prefix);
        message.WriteTo(bytes.AsSpan(Prefix));
        return bytes;
    }
}
