using System.Security.Cryptography;
using Evidence.Core;

namespace Evidence.Storage.Backups;

/// <summary>What a walk reads of a volume, hashed as it comes: a second read of the disk is then known to have given the same.</summary>
internal sealed class WalkedBytes(IVolumeSource source, long from) : IVolumeSource, IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length => source.Length;

    /// <summary>Where the bytes end that were hashed from the beginning on, without a gap.</summary>
    internal long To { get; private set; } = from;

    /// <summary>SHA-256 of the bytes up to <see cref="To"/>.</summary>
    internal Digest Sha256 => new(_hash.GetCurrentHash());

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        var read = await source.ReadAsync(offset, buffer, ct);
        if (offset > To || offset + read <= To) return read; // behind bytes that the disk did not give, or read once more
        _hash.AppendData(buffer.Span[(int)(To - offset)..read]);
        To = offset + read;
        return read;
    }

    public void Dispose() => _hash.Dispose();
}
