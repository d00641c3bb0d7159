namespace Evidence.Tests.Nodes;

/// <summary>Bytes that do something of a test's own when so many of them have been read.</summary>
internal sealed class InterruptedStream(byte[] content, int after, Func<Task> interrupt) : MemoryStream(content)
{
    private bool _done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_done && Position >= after)
        {
            _done = true;
            await interrupt();
        }

        return Read(buffer.Span);
    }
}
