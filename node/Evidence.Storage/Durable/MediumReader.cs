using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Durable;

/// <summary>Reads a file, past the page cache where it is asked to and the file system can (O_DIRECT). Where it cannot, the cache is asked to forget the range first, which it may not do.</summary>
internal sealed unsafe class MediumReader : IDisposable
{
    private const int Alignment = 4096;
    private const int AlignedBuffer = 1 << 20;
    private const int InvalidArgument = 22; // EINVAL: this file system has no O_DIRECT

    private readonly string _path;
    private readonly bool _fromMedium;
    private readonly Lock _gate = new();
    private SafeFileHandle _file;
    private SafeFileHandle? _direct; // that the file system did not read from
    private void* _buffer;

    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    internal MediumReader(string path, bool fromMedium)
    {
        (_path, _fromMedium) = (path, fromMedium);
        var direct = fromMedium ? Libc.OpenDirect(path) : null;
        _file = direct ?? FileReads.Open(path);
        CacheExcluded = direct is not null;
    }

    ~MediumReader() => NativeMemory.AlignedFree(_buffer);

    internal long Length => RandomAccess.GetLength(_file);

    /// <summary>Whether what is read is what the medium has.</summary>
    internal bool CacheExcluded { get; private set; }

    /// <summary>Reads up to the length of the buffer; 0 only at the end.</summary>
    internal int Read(Span<byte> wanted, long offset) => CacheExcluded ? ReadDirect(wanted, offset) : ReadThroughCache(wanted, offset);

    /// <summary>Reads without a copy: the buffer and the offset lie on borders of 4096 bytes, and the buffer's length is a multiple of it. Fewer bytes only at the end.</summary>
    internal int ReadAligned(Span<byte> wanted, long offset)
    {
        if (!CacheExcluded) return ReadThroughCache(wanted, offset);
        try
        {
            var total = 0;
            // A read that ends off the border has met the end of the file.
            for (int read; total < wanted.Length && total % Alignment == 0 && (read = RandomAccess.Read(_file, wanted[total..], offset + total)) > 0;) total += read;
            return total;
        }
        catch (IOException e) when (e.HResult == InvalidArgument)
        {
            LeaveDirect();
            return ReadThroughCache(wanted, offset);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _direct?.Dispose();
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
            var read = Math.Clamp(RandomAccess.Read(_file, new Span<byte>(_buffer, count), start) - skip, 0, wanted.Length);
            new ReadOnlySpan<byte>((byte*)_buffer + skip, read).CopyTo(wanted);
            return read;
        }
        catch (IOException e) when (e.HResult == InvalidArgument)
        {
            LeaveDirect();
            return ReadThroughCache(wanted, offset);
        }
    }

    // Several threads may find it out at once, and others may still be reading through what was opened first.
    private void LeaveDirect()
    {
        lock (_gate)
        {
            if (!CacheExcluded) return;
            (_direct, _file) = (_file, FileReads.Open(_path));
            CacheExcluded = false;
        }
    }

    private int ReadThroughCache(Span<byte> wanted, long offset)
    {
        if (_fromMedium) Libc.DropCache(_file, offset, wanted.Length);
        return FileReads.ReadFully(_file, wanted, offset);
    }
}
