namespace Evidence.Core.Volumes;

/// <summary>Where a walk reads a volume's bytes: the page cache, the medium past the cache, a peer, memory.</summary>
public interface IVolumeSource
{
    /// <summary>Bytes that there are.</summary>
    long Length { get; }

    /// <summary>Reads up to the length of <paramref name="buffer"/> from <paramref name="offset"/>; 0 only at or past <see cref="Length"/>.</summary>
    /// <exception cref="IOException">The range cannot be read: a walk reports it as unreadable and goes on behind it.</exception>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct);
}
