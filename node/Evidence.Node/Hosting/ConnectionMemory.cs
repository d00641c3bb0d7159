using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Evidence.Node.Hosting;

/// <summary>
/// Memory that connections read into and write from, in blocks of the usual largest frame of HTTP/2. With the server's own, of 4 KiB, a document of 64 KiB takes 32 system calls to come in.
/// </summary>
internal sealed class ConnectionMemory : MemoryPool<byte>
{
    /// <summary>Bytes of a block.</summary>
    internal const int BlockBytes = 16 << 10;

    /// <summary>Blocks that are kept for the next one who asks.</summary>
    internal const int MostSpare = (32 << 20) / BlockBytes;

    private readonly Lock _gate = new();
    private readonly Stack<Block> _spare = []; // the last one used is the likeliest to be in the processor's cache

    public override int MaxBufferSize => BlockBytes;

    /// <summary>A block, whatever is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More is asked for than a block has.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_gate)
        {
            if (_spare.TryPop(out var block)) return block;
        }

        return new Block(this);
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate) _spare.Clear();
    }

    private void Return(Block block)
    {
        lock (_gate)
        {
            if (_spare.Count < MostSpare) _spare.Push(block); // others are left to the collector
        }
    }

    /// <summary>The same pool for all that ask, so that what is kept is bounded for the node and not for each of its processors. Each of them disposes of it in the end, which does the others no harm.</summary>
    internal sealed class Factory : IMemoryPoolFactory<byte>
    {
        private readonly ConnectionMemory _memory = new();

        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => _memory;
    }

    private sealed class Block(ConnectionMemory pool) : IMemoryOwner<byte>
    {
        // Pinned for good: sockets take it as it is.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
