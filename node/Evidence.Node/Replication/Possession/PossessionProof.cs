using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Storage;

namespace Evidence.Node.Replication.Possession;

/// <summary>SHA-256(nonce || bytes) over bytes as they are read from the medium: whoever gives it for a nonce that was made a moment ago has all of the bytes now, and no list of digests helps.</summary>
internal static class PossessionProof
{
    internal const int NonceBytes = 32;

    /// <summary>The most ranges that are asked about at once.</summary>
    internal const int MostRanges = 16;

    /// <summary>The most bytes that these may have together.</summary>
    internal const long MostBytes = 16 << 20;

    private const int Block = 1 << 20;

    /// <exception cref="IOException">The bytes are not there, or cannot be read.</exception>
    internal static async Task<Digest> ComputeAsync(LogStore log, ReadOnlyMemory<byte> nonce, PossessionRange range, CancellationToken ct)
    {
        using var source = log.OpenVolume(range.Volume, fromMedium: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(nonce.Span);
        var buffer = new byte[Math.Min(Block, range.Length)];
        for (var (at, left) = (range.Offset, range.Length); left > 0;)
        {
            var read = await source.ReadAsync(at, buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), ct);
            if (read == 0) throw new EndOfStreamException($"Volume {range.Volume} of {log.Origin} ends at byte {at}.");
            hash.AppendData(buffer.AsSpan(0, read));
            (at, left) = (at + read, left - read);
        }

        return new Digest(hash.GetHashAndReset());
    }
}
