using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Evidence.Core;
using Evidence.Storage;

namespace Evidence.Node.Replication.Possession;

/// <summary>
/// SHA-256(head || nonce || bytes) over bytes as they are read from the medium; head is the lines "evidence/possession/v1", the log that the prover writes, the log that is asked about, and "volume offset length".
/// Whoever gives it for a nonce that was made a moment ago has all of the bytes now, and no list of digests helps; nor does the answer of another honest node, which names itself. A node that helps it is not found out.
/// </summary>
internal static class PossessionProof
{
    internal const int NonceBytes = 32;

    /// <summary>The most ranges that are asked about at once.</summary>
    internal const int MostRanges = 16;

    /// <summary>The most bytes that these may have together.</summary>
    internal const long MostBytes = 16 << 20;

    private const int Block = 1 << 20;

    /// <exception cref="IOException">The bytes are not there, or cannot be read.</exception>
    internal static async Task<Digest> ComputeAsync(LogStore log, string prover, ReadOnlyMemory<byte> nonce, PossessionRange range, CancellationToken ct)
    {
        using var source = log.OpenVolume(range.Volume, fromMedium: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Head(log.Origin, prover, range)));
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

    // No name of a log has a line break (C2SP signed-note): no two heads run together.
    private static string Head(string log, string prover, PossessionRange range) =>
        string.Create(CultureInfo.InvariantCulture, $"evidence/possession/v1\n{prover}\n{log}\n{range.Volume} {range.Offset} {range.Length}\n");
}
