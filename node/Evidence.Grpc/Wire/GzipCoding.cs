using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>The message encoding "gzip" (RFC 1952).</summary>
internal static class GzipCoding
{
    private const int BlockSize = 16 * 1024;

    /// <param name="message">Not empty: of nothing <see cref="GZipStream"/> makes nothing, which is not gzip.</param>
    /// <param name="destination">Takes the compressed message.</param>
    public static void Compress(ReadOnlySpan<byte> message, ArrayBufferWriter<byte> destination)
    {
        using var gzip = new GZipStream(new BufferStream(destination), CompressionLevel.Fastest);
        gzip.Write(message);
    }

    /// <summary>Decompresses a message, and no more of it than may be received.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is too large. INTERNAL: it is not gzip.</exception>
    public static void Decompress(ReadOnlySequence<byte> message, int? maxSize, ArrayBufferWriter<byte> destination)
    {
        try
        {
            using var gzip = new GZipStream(new SequenceStream(message), CompressionMode.Decompress);
            for (int read; (read = gzip.Read(destination.GetSpan(BlockSize))) > 0;)
            {
                destination.Advance(read);
                MessageLimits.CheckReceived(destination.WrittenCount, maxSize);
            }
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message could not be decompressed.", e));
        }
        if (!EndsWithSize(message, destination.WrittenCount))
            throw new RpcException(new Status(StatusCode.Internal, "A compressed message is cut short."));
    }

    // The stream takes the end of its input for the end of the message; the last four bytes of gzip tell (RFC 1952, section 2.3.1).
    private static bool EndsWithSize(ReadOnlySequence<byte> message, int size)
    {
        if (message.Length < sizeof(int))
            return false;
        Span<byte> last = stackalloc byte[sizeof(int)];
        message.Slice(message.Length - sizeof(int)).CopyTo(last);
        return BinaryPrimitives.ReadInt32LittleEndian(last) == size;
    }
}
