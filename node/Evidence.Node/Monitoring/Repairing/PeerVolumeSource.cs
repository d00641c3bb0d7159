using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>A peer's volume, read where a walk asks for it; what the walk skips is not fetched.</summary>
internal sealed class PeerVolumeSource(IPeer peer, string origin, uint volume, long length) : IVolumeSource
{
    private const int ReadAhead = 256 * 1024;
    private readonly byte[] _window = new byte[ReadAhead];
    private long _start;
    private int _count;

    public long Length => length;

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        if (offset >= length) return 0;
        if (offset < _start || offset >= _start + _count) await FetchAsync(offset, ct);
        var at = (int)(offset - _start);
        var count = Math.Min(buffer.Length, _count - at);
        _window.AsSpan(at, Math.Max(0, count)).CopyTo(buffer.Span);
        return Math.Max(0, count);
    }

    private async Task FetchAsync(long offset, CancellationToken ct)
    {
        (_start, _count) = (offset, 0);
        await foreach (var chunk in peer.ReadVolumeAsync(origin, volume, offset, Math.Min(ReadAhead, length - offset), ct))
        {
            if (_count + chunk.Length > ReadAhead) throw new PeerUntrueException(peer.Name, "it sends more bytes than were asked for.");
            chunk.CopyTo(_window.AsMemory(_count));
            _count += chunk.Length;
        }
        if (_count == 0) throw new PeerUntrueException(peer.Name, $"volume {volume} ends at byte {offset}.", $"{length} bytes", $"{offset} bytes");
    }
}
