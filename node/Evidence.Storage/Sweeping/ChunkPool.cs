using System.Collections.Concurrent;

namespace Evidence.Storage.Sweeping;

/// <summary>The buffers of a pass: however long the volumes are, there are no more.</summary>
internal sealed class ChunkPool(int most) : IDisposable
{
    private readonly SemaphoreSlim _room = new(most);
    private readonly ConcurrentBag<Chunk> _free = [];

    /// <summary>A buffer, as soon as there is one.</summary>
    internal async ValueTask<Chunk> TakeAsync(CancellationToken ct)
    {
        await _room.WaitAsync(ct);
        return _free.TryTake(out var chunk) ? chunk : new Chunk();
    }

    /// <summary>Gives a buffer back.</summary>
    internal void Return(Chunk chunk)
    {
        _free.Add(chunk);
        _room.Release();
    }

    public void Dispose()
    {
        foreach (var chunk in _free) chunk.Dispose();
        _room.Dispose();
    }
}
