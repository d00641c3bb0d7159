namespace Evidence.Node.Services;

/// <summary>
/// Memory for messages whose records are on their way to the medium. Left to the collector, the bytes of every record would survive a collection
/// or two and be moved each time, and larger ones would fill the heap that is collected last. Safe to use from several threads.
/// </summary>
internal sealed class MessageSlabs
{
    private const int SlabBytes = 1 << 20;
    private const int MaxSpare = 32;

    private readonly Lock _gate = new();
    private readonly Stack<Slab> _spare = new();
    private Slab _current = new(SlabBytes);

    /// <summary>Room for a message; a large one gets memory of its own.</summary>
    internal Lease Rent(int length)
    {
        if (length > SlabBytes / 4) return new Lease(this, new Slab(length), length);
        lock (_gate)
        {
            if (_current.Bytes.Length - _current.Used < length)
            {
                Free(_current, holders: 1);
                if (!_spare.TryPop(out _current!)) _current = new Slab(SlabBytes);
            }
            return new Lease(this, _current, length);
        }
    }

    private void Return(Slab slab)
    {
        lock (_gate) Free(slab, holders: 1);
    }

    // The slab that is being filled counts as a holder of itself. One that nobody returns is collected with its last lease.
    private void Free(Slab slab, int holders)
    {
        slab.Holders -= holders;
        if (slab.Holders > 0 || slab.Bytes.Length != SlabBytes || _spare.Count == MaxSpare) return;
        (slab.Used, slab.Holders) = (0, 1);
        _spare.Push(slab);
    }

    /// <summary>Part of a slab, until it is disposed.</summary>
    internal sealed class Lease : IDisposable
    {
        private readonly MessageSlabs _slabs;
        private Slab? _slab;

        internal Lease(MessageSlabs slabs, Slab slab, int length)
        {
            (_slabs, _slab) = (slabs, slab);
            Memory = slab.Bytes.AsMemory(slab.Used, length);
            slab.Used += length;
            slab.Holders++;
        }

        internal Memory<byte> Memory { get; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _slab, null) is { } slab) _slabs.Return(slab);
        }
    }

    internal sealed class Slab(int length)
    {
        internal byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(length);

        internal int Used { get; set; }

        internal int Holders { get; set; } = 1;
    }
}
