using Evidence.Storage.Durable;

namespace Evidence.Storage.Volumes;

/// <summary>A volume's file as a walk reads it.</summary>
public sealed class VolumeFileSource : IVolumeSource, IDisposable
{
    private readonly MediumReader _reader;

    /// <summary>Opens the file.</summary>
    /// <param name="path">The volume's path.</param>
    /// <param name="limit">Bytes from here on are not shown: a volume may grow while it is read.</param>
    /// <param name="fromMedium">Whether to read past the page cache.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    internal VolumeFileSource(string path, long limit, bool fromMedium)
    {
        _reader = new MediumReader(path, fromMedium);
        Length = Math.Min(limit, _reader.Length);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Whether the page cache is excluded (O_DIRECT): what is read is what the medium has. Where the file system cannot, the cache is asked to forget the range first, which it may not do.</summary>
    public bool CacheExcluded => _reader.CacheExcluded;

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(offset >= Length ? 0 : _reader.Read(buffer.Span[..(int)Math.Min(buffer.Length, Length - offset)], offset));
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
