using Evidence.Storage.Durable;

namespace Evidence.Storage.Sweeping;

/// <summary>Reads a volume in order, in large stretches past the page cache, some of them ahead, and cuts what is read into whole records.</summary>
/// <param name="reader">The volume's file.</param>
/// <param name="end">Offset behind the last byte that is read.</param>
/// <param name="prefix">What the path of every member of a record begins with.</param>
/// <param name="chunks">Buffers that are free.</param>
/// <param name="plan">How fast to read.</param>
internal sealed class ChunkReader(MediumReader reader, long end, byte[] prefix, ChunkPool chunks, SweepPlan plan)
{
    /// <summary>How many reads are under way at once.</summary>
    internal const int Ahead = 4;

    private readonly Queue<Task<Chunk>> _reads = [];
    private long _next;
    private ReadOnlyMemory<byte> _carried;

    /// <summary>Where the records that were given end.</summary>
    internal long At { get; private set; }

    /// <summary>Whether something else than a record was met there.</summary>
    internal bool Stopped { get; private set; }

    /// <summary>The next whole records; null when there are no more of them that could be cut.</summary>
    /// <exception cref="IOException">A stretch cannot be read.</exception>
    internal async Task<Chunk?> NextAsync(CancellationToken ct)
    {
        while (!Stopped && await ReadAsync(ct) is { } chunk)
        {
            if (TryCut(chunk)) return chunk;
            chunks.Return(chunk);
            if (_carried.Length > Chunk.MostCarried) return null;
        }

        return null;
    }

    /// <summary>Counts as read what others read of the rest of the volume.</summary>
    internal async Task SpendRestAsync(CancellationToken ct)
    {
        for (; _next < end; _next += Chunk.ReadSize) await plan.SpendAsync((int)Math.Min(Chunk.ReadSize, end - _next), ct);
    }

    /// <summary>Waits for reads that were begun ahead, and gives their buffers back.</summary>
    internal async Task EndAsync()
    {
        while (_reads.TryDequeue(out var read))
        {
            await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (read.IsCompletedSuccessfully) chunks.Return(await read);
        }
    }

    private async Task<Chunk?> ReadAsync(CancellationToken ct)
    {
        // The first read is alone: it finds out whether the file system can read past the cache.
        var most = _next == 0 ? 1 : Ahead;
        while (_next < end && _reads.Count < most) await BeginAsync(ct);
        if (!_reads.TryDequeue(out var read)) return null;
        var chunk = await read;
        while (_next < end && _reads.Count < Ahead) await BeginAsync(ct);
        return chunk;
    }

    private async ValueTask BeginAsync(CancellationToken ct)
    {
        var (offset, length) = (_next, (int)Math.Min(Chunk.ReadSize, end - _next));
        await plan.SpendAsync(length, ct);
        _next += length;
        var chunk = await chunks.TakeAsync(ct);
        _reads.Enqueue(Task.Run(() => Read(chunk, offset, length), ct));
    }

    private Chunk Read(Chunk chunk, long offset, int length)
    {
        try
        {
            var read = reader.ReadAligned(chunk.ForRead, offset);
            if (read < length) throw new EndOfStreamException("The volume ends before the bytes that it had.");
            chunk.Fill(offset, length);
            return chunk;
        }
        catch
        {
            chunks.Return(chunk);
            throw;
        }
    }

    private bool TryCut(Chunk chunk)
    {
        chunk.Carry(_carried.Span);
        var length = RecordCut.Find(chunk.Bytes, prefix, out var stopped);
        Stopped = stopped;
        _carried = chunk.Cut(length).ToArray();
        At = chunk.Offset + length;
        return length > 0;
    }
}
