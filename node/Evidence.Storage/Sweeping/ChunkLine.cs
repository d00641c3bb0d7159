using Evidence.Storage.Durable;

namespace Evidence.Storage.Sweeping;

/// <summary>Hands out the stretches of a volume to several threads, each of which reads its own past the page cache, and cuts what they read into whole records, one after the other.</summary>
/// <param name="reader">The volume's file.</param>
/// <param name="end">Offset behind the last byte that is read.</param>
/// <param name="prefix">What the path of every member of a record begins with.</param>
/// <param name="plan">How fast to read.</param>
internal sealed class ChunkLine(MediumReader reader, long end, byte[] prefix, SweepPlan plan)
{
    private readonly Lock _claiming = new();
    private readonly object _cutting = new();
    private long _next; // where the next stretch begins
    private long _cut; // up to where the stretches were cut
    private int _order;
    private ReadOnlyMemory<byte> _carried;
    private volatile bool _ended;

    /// <summary>Where the records that were given end.</summary>
    internal long At { get; private set; }

    /// <summary>Whether something else than a record was met there.</summary>
    internal bool Stopped { get; private set; }

    /// <summary>Reads the next stretch that nobody has; false when there is none, or no more is wanted.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal bool TryRead(Chunk chunk, CancellationToken ct)
    {
        long offset;
        lock (_claiming)
        {
            ct.ThrowIfCancellationRequested();
            if (_ended || _next >= end) return false;
            plan.Spend(LengthAt(_next), ct);
            offset = _next;
            _next += LengthAt(offset);
            if (offset == 0) Read(chunk, 0); // alone: it finds out whether the file system can read past the cache
        }

        if (offset > 0) Read(chunk, offset);
        return true;
    }

    /// <summary>Leaves the whole records in a stretch that was read, with what those before it left over; waits until those have been cut. False when there are none, or no more is wanted.</summary>
    /// <param name="chunk">The stretch.</param>
    /// <param name="order">The how manyth it is of those that hold records, from 0.</param>
    internal bool TryCut(Chunk chunk, out int order)
    {
        lock (_cutting)
        {
            while (_cut != chunk.Offset && !_ended) Monitor.Wait(_cutting);
            order = _order;
            if (_ended) return false;
            _cut += chunk.Bytes.Length;
            var length = Cut(chunk);
            if (Stopped || _carried.Length > Chunk.MostCarried) _ended = true;
            Monitor.PulseAll(_cutting);
            if (length > 0) _order++;
            return length > 0;
        }
    }

    /// <summary>No more is wanted: something is wrong.</summary>
    internal void End()
    {
        lock (_cutting)
        {
            _ended = true;
            Monitor.PulseAll(_cutting);
        }
    }

    /// <summary>Counts as read what others read of the rest of the volume.</summary>
    internal void SpendRest(CancellationToken ct)
    {
        for (; _next < end; _next += LengthAt(_next)) plan.Spend(LengthAt(_next), ct);
    }

    private int LengthAt(long offset) => (int)Math.Min(Chunk.ReadSize, end - offset);

    private void Read(Chunk chunk, long offset)
    {
        var length = LengthAt(offset);
        try
        {
            if (reader.ReadAligned(chunk.ForRead, offset) < length) throw new EndOfStreamException("The volume ends before the bytes that it had.");
        }
        catch
        {
            End(); // nobody is to wait for this stretch
            throw;
        }

        chunk.Fill(offset, length);
    }

    private int Cut(Chunk chunk)
    {
        chunk.Carry(_carried.Span);
        var length = RecordCut.Find(chunk.Bytes, prefix, out var stopped);
        Stopped = stopped;
        _carried = chunk.Cut(length).ToArray();
        At = chunk.Offset + length;
        return length;
    }
}
