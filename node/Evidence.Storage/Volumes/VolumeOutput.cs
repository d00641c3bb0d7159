using System.Buffers;
using System.Text;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Volumes;

/// <summary>Gathers what goes behind the end of a volume and writes it in large pieces. Nothing counts before the file is synced.</summary>
internal sealed class VolumeOutput(IMediumFile file, long start) : IDisposable
{
    private const int Capacity = 1 << 20;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private long _written = start;
    private int _used;

    /// <summary>Where the next byte goes.</summary>
    internal long Position => _written + _used;

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _used) Flush();
        if (bytes.Length > _buffer.Length)
        {
            file.Write(bytes, _written);
            _written += bytes.Length;
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    internal void WriteHeader(string path, long size, long mtime) => WriteHeader(Encoding.ASCII.GetBytes(path), size, mtime);

    internal void WriteHeader(ReadOnlySpan<byte> path, long size, long mtime)
    {
        if (_buffer.Length - _used < MemberHeader.MaxLength) Flush();
        _used += MemberHeader.Write(_buffer.AsSpan(_used), path, size, mtime);
    }

    internal void WritePadding(long size) => WriteZeros(TarBlock.Padding(size));

    internal void WriteZeros(int count)
    {
        if (_buffer.Length - _used < count) Flush();
        _buffer.AsSpan(_used, count).Clear();
        _used += count;
    }

    internal void Flush()
    {
        if (_used > 0) file.Write(_buffer.AsSpan(0, _used), _written);
        _written += _used;
        _used = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
