using System.Buffers;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>The message encoding "gzip" (RFC 1952).</summary>
internal static class GzipCoding
{
    private const int BlockSize = 16 * 1024;

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
    }
}
