using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Client;

/// <summary>Copies the chunks of a streamed answer. It can be run again after a broken connection.</summary>
internal sealed class StreamedCopy<T>(
    Func<long, CancellationToken, IAsyncEnumerable<T>> start, Func<T, ByteString> chunkOf, bool resumable, Stream destination)
{
    private long _copied;

    /// <summary>Copies from where the last run stopped to the end.</summary>
    /// <returns>Bytes copied by all runs.</returns>
    public async Task<long> RunAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var message in start(_copied, ct))
                await WriteAsync(chunkOf(message), ct);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && _copied > 0 && !resumable)
        {
            // Bytes are in the destination already; a second run would begin at the first byte again.
            throw new RpcException(new Status(StatusCode.Aborted, $"The connection broke after {_copied} bytes.", e));
        }
        return _copied;
    }

    private async Task WriteAsync(ByteString chunk, CancellationToken ct)
    {
        await destination.WriteAsync(chunk.Memory, ct);
        _copied += chunk.Length;
    }
}
