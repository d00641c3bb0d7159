using Evidence.Storage.Durable;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Volumes;

/// <summary>A range of a volume as a stream. Has a handle of its own, so that any number of readers read while the volume grows.</summary>
internal sealed class VolumePartStream : Stream
{
    private readonly SafeFileHandle _file;
    private readonly long _start;
    private long _at;

    /// <exception cref="FileNotFoundException">The volume is missing.</exception>
    internal VolumePartStream(string path, long start, long length)
    {
        _file = FileReads.Open(path, FileOptions.SequentialScan);
        (_start, Length) = (start, length);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _at;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _at = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Clamp(Length - _at, 0, buffer.Length);
        if (wanted == 0) return 0;
        var read = RandomAccess.Read(_file, buffer[..wanted], _start + _at);
        if (read == 0) throw new EndOfStreamException("The volume ends within the range that was asked for.");
        _at += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _at,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }
}
