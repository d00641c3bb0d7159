namespace Evidence.Storage.Volumes;

/// <summary>A volume's file as a walk reads it.</summary>
public sealed class VolumeFileSource : IVolumeSource, IDisposable
{
    internal VolumeFileSource() => throw new NotImplementedException();

    /// <inheritdoc/>
    public long Length => throw new NotImplementedException();

    /// <summary>Whether the page cache is excluded (O_DIRECT): what is read is what the medium has.</summary>
    public bool CacheExcluded => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
