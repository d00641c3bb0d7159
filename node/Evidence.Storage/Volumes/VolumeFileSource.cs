using System.Runtime.InteropServices;
using Evidence.Storage.Durable;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Volumes;

/// <summary>A volume's file as a walk reads it.</summary>
public sealed unsafe class VolumeFileSource : IVolumeSource, IDisposable
{
    private const int Alignment = 4096;
    private const int AlignedBuffer = 1 << 20;
    private const int InvalidArgument = 22; // EINVAL: this file system has no O_DIRECT

    private readonly string _path;
    private readonly bool _fromMedium;
    private SafeFileHandle _file;
    private void* _buffer;

    /// <summary>Opens the file.</summary>
    /// <param name="path">The volume's path.</param>
    /// <param name="limit">Bytes from here on are not shown: a volume may grow while it is read.</param>
    /// <param name="fromMedium">Whether to read past the page cache.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    internal VolumeFileSource(string path, long limit, bool fromMedium)
    {
        (_path, _fromMedium) = (path, fromMedium);
        var direct = fromMedium ? Libc.OpenDirect(path) : null;
        _file = direct ?? FileReads.Open(path);
        CacheExcluded = direct is not null;
        Length = Math.Min(limit, RandomAccess.GetLength(_file));
    }

    /// <summary>Frees the buffer if disposal was forgotten.</summary>
    ~VolumeFileSource() => NativeMemory.AlignedFree(_buffer);

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Whether the page cache is excluded (O_DIRECT): what is read is what the medium has. Where the file system cannot, the cache is asked to forget the range first, which it may not do.</summary>
    public bool CacheExcluded { get; private set; }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (offset >= Length) return new(0);
        var wanted = buffer.Span[..(int)Math.Min(buffer.Length, Length - offset)];
        return new(CacheExcluded ? ReadDirect(wanted, offset) : ReadThroughCache(wanted, offset));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        NativeMemory.AlignedFree(_buffer);
        _buffer = null;
        GC.SuppressFinalize(this);
    }

    private int ReadDirect(Span<byte> wanted, long offset)
    {
        if (_buffer is null) _buffer = NativeMemory.AlignedAlloc(AlignedBuffer, Alignment);
        var start = offset & ~(Alignment - 1L);
        var skip = (int)(offset - start);
        var count = (int)Math.Min(AlignedBuffer, (skip + wanted.Length + Alignment - 1L) & ~(Alignment - 1L));
        try
        {
            var read = RandomAccess.Read(_file, new Span<byte>(_buffer, count), start) - skip;
            read = Math.Clamp(read, 0, wanted.Length);
            new ReadOnlySpan<byte>((byte*)_buffer + skip, read).CopyTo(wanted);
            return read;
        }
        catch (IOException e) when (e.HResult == InvalidArgument)
        {
            _file.Dispose();
            _file = FileReads.Open(_path);
            CacheExcluded = false;
            return ReadThroughCache(wanted, offset);
        }
    }

    private int ReadThroughCache(Span<byte> wanted, long offset)
    {
        if (_fromMedium) Libc.DropCache(_file, offset, wanted.Length);
        return FileReads.ReadFully(_file, wanted, offset);
    }
}
