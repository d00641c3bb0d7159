namespace Evidence.Tests.Faults;

/// <summary>A file of a <see cref="SimulatedDisk"/>: what is on the disk, and what was done since to it in the page cache. Its name is not its business.</summary>
internal sealed class SimulatedFile(byte[] durable)
{
    private readonly List<Change> _pending = [];
    private Bytes _durable = new(durable, durable.Length);

    internal bool IsClean => _pending.Count == 0;

    internal void Write(ReadOnlySpan<byte> bytes, long offset) => _pending.Add(new Change(offset, bytes.ToArray(), null));

    internal void SetLength(long length) => _pending.Add(new Change(0, [], length));

    /// <summary>All that was done is on the disk.</summary>
    internal void Sync() => Settle(AfterCut.Kept, null!);

    /// <summary>What is on the disk from now on; what is not was lost.</summary>
    internal ReadOnlySpan<byte> Settle(AfterCut what, Random random)
    {
        if (what == AfterCut.Kept) foreach (var change in _pending) change.ApplyTo(ref _durable);
        else if (what != AfterCut.Dropped && _pending.Count > 0) _durable = Mix(what == AfterCut.Sectors512 ? 512 : 4096, random);
        _pending.Clear();
        return _durable.Array.AsSpan(0, _durable.Length);
    }

    // Each sector as it was after any one change; the length as it was after any one.
    private Bytes Mix(int sector, Random random)
    {
        var (mixed, now, length) = (_durable.Copy(), _durable.Copy(), _durable.Length);
        foreach (var change in _pending)
        {
            change.ApplyTo(ref now);
            if (random.Next(2) == 0) length = now.Length;
            mixed.SetLength(Math.Max(mixed.Length, now.Length));
            var end = Math.Min(change.Offset + change.Data.Length, now.Length);
            for (var at = change.Offset / sector * sector; at < end; at += sector)
                if (random.Next(2) == 0) Array.Copy(now.Array, at, mixed.Array, at, Math.Min(sector, now.Length - at));
        }

        mixed.SetLength(length);
        return mixed;
    }

    private sealed record Change(long Offset, byte[] Data, long? Length)
    {
        internal void ApplyTo(ref Bytes bytes)
        {
            bytes.SetLength((int)(Length ?? Math.Max(bytes.Length, Offset + Data.Length)));
            Data.CopyTo(bytes.Array, Offset);
        }
    }

    // Bytes behind the length are zero.
    private record struct Bytes(byte[] Array, int Length)
    {
        internal readonly Bytes Copy() => new((byte[])Array.Clone(), Length);

        internal void SetLength(int length)
        {
            if (length < Length) Array.AsSpan(length, Length - length).Clear();
            var array = Array;
            if (length > array.Length) System.Array.Resize(ref array, length * 2);
            (Array, Length) = (array, length);
        }
    }
}
