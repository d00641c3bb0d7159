using System.Buffers;
using System.Security.Cryptography;

namespace Evidence.Core.Volumes;

/// <summary>A stretch of a volume held in memory while a walk goes over it. Ranges that cannot be read are zeros, and named in <see cref="UnreadableIn"/>.</summary>
internal sealed class SourceWindow(IVolumeSource source, long end) : IDisposable
{
    private const int Capacity = 1 << 20;
    private const int JumpRead = 64 << 10; // behind a jump more may be skipped: no need to read far ahead
    private const int Sector = 4096;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private readonly List<(long Offset, int Length)> _unreadable = [];
    private long _start;
    private int _count;

    /// <summary>The first offset past what may be read.</summary>
    internal long End { get; } = end;

    /// <summary>Up to <paramref name="count"/> bytes (at most 128 KiB) from <paramref name="offset"/>; fewer only at the end. Valid until the next call.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken ct)
    {
        count = (int)Math.Max(0, Math.Min(count, End - offset));
        if (offset < _start || offset + count > _start + _count) await FillAsync(offset, count, ct);
        return _buffer.AsMemory((int)(offset - _start), (int)Math.Min(count, _start + _count - offset));
    }

    /// <summary>SHA-256 of a range; it must lie before the end.</summary>
    internal async ValueTask<Digest> HashAsync(long offset, long length, CancellationToken ct)
    {
        var first = await ReadAsync(offset, (int)Math.Min(length, JumpRead), ct);
        if (first.Length == length) return Digest.Of(first.Span);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = length; left > 0;)
        {
            var bytes = await ReadAsync(offset + length - left, (int)Math.Min(left, JumpRead), ct);
            if (bytes.Length == 0) throw new EndOfStreamException("The volume became shorter while it was read.");
            hash.AppendData(bytes.Span);
            left -= bytes.Length;
        }

        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>Whether a range is there and zero.</summary>
    internal async ValueTask<bool> IsZeroAsync(long offset, int length, CancellationToken ct)
    {
        if (length == 0) return true;
        var bytes = await ReadAsync(offset, length, ct);
        return bytes.Length == length && !bytes.Span.ContainsAnyExcept((byte)0);
    }

    /// <summary>Whether any part of a range that was read could not be.</summary>
    internal bool UnreadableIn(long offset, long length) => _unreadable.Any(u => u.Offset < offset + length && offset < u.Offset + u.Length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private async ValueTask FillAsync(long offset, int count, CancellationToken ct)
    {
        var onward = offset >= _start && offset <= _start + _count;
        var kept = onward ? (int)(_start + _count - offset) : 0;
        if (kept > 0) _buffer.AsSpan((int)(offset - _start), kept).CopyTo(_buffer);
        var wanted = (int)Math.Min(End - offset, Math.Max(count, onward ? Capacity : JumpRead));
        (_start, _count) = (offset, kept);
        while (_count < wanted)
        {
            var read = await ReadOrZeroAsync(_start + _count, _buffer.AsMemory(_count, wanted - _count), ct);
            if (read == 0) break;
            _count += read;
        }
    }

    private async ValueTask<int> ReadOrZeroAsync(long offset, Memory<byte> into, CancellationToken ct)
    {
        try
        {
            return await source.ReadAsync(offset, into, ct);
        }
        catch (IOException) when (into.Length > Sector - (int)(offset % Sector))
        {
            // Somewhere in this stretch: go on sector by sector, so that only what is bad counts as bad.
            return await ReadOrZeroAsync(offset, into[..(Sector - (int)(offset % Sector))], ct);
        }
        catch (IOException)
        {
            into.Span.Clear();
            _unreadable.Add((offset, into.Length));
            return into.Length;
        }
    }
}
