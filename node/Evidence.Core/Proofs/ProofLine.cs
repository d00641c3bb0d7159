using System.Security.Cryptography;
using System.Text;

namespace Evidence.Core.Proofs;

/// <summary>A line of a proof file without its newline: 64 hex digits, a space, the payload.</summary>
public static class ProofLine
{
    private const int HexLength = 2 * Digest.Size;

    /// <summary>Bytes before the payload.</summary>
    public const int PrefixLength = HexLength + 1;

    /// <summary>SHA-256(hash of the line before || payload).</summary>
    public static Digest Chain(Digest previous, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Digest.AsSpan(in previous));
        hash.AppendData(payload);
        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>The line with its newline.</summary>
    internal static byte[] Format(Digest chain, ReadOnlySpan<byte> payload) => [.. Encoding.ASCII.GetBytes(chain.ToString()), (byte)' ', .. payload, (byte)'\n'];

    /// <summary>Takes a line apart; only lower-case digits are digits, so that a line has one form.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out Digest chain)
    {
        chain = default;
        return line.Length > PrefixLength && line[HexLength] == ' '
            && !line[..HexLength].ContainsAnyExcept("0123456789abcdef"u8)
            && Digest.TryParse(Encoding.ASCII.GetString(line[..HexLength]), out chain);
    }
}
