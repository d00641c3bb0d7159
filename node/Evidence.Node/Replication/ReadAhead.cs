using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Evidence.Node.Replication;

/// <summary>Reads chunks while those before them are worked on, so that link and processor are busy together.</summary>
internal static class ReadAhead
{
    /// <summary>The same chunks; at most <paramref name="count"/> of them wait, and then the sender does.</summary>
    internal static async IAsyncEnumerable<ReadOnlyMemory<byte>> Of(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, int count, [EnumeratorCancellation] CancellationToken ct)
    {
        var channel = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(count) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = CopyAsync(chunks, channel.Writer, stop.Token);
        try
        {
            await foreach (var chunk in channel.Reader.ReadAllAsync(ct)) yield return chunk;
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    // What goes wrong is thrown by whoever reads, after the chunks that came before it.
    private static async Task CopyAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, ChannelWriter<ReadOnlyMemory<byte>> to, CancellationToken ct)
    {
        try
        {
            await foreach (var chunk in chunks.WithCancellation(ct)) await to.WriteAsync(chunk, ct);
            to.Complete();
        }
        catch (Exception e)
        {
            to.Complete(e);
        }
    }
}
