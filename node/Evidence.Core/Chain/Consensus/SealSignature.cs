using Evidence.Core.Crypto;

namespace Evidence.Core.Chain.Consensus;

/// <summary>A validator's signature in a header: r, s, and the recovery id 0 or 1.</summary>
public static class SealSignature
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 65;

    /// <summary>The address (lower-case hex with 0x) whose key signed the 32-byte <paramref name="hash"/>; null when the bytes are no such signature.</summary>
    /// <remarks>An s in the upper half of the order is no signature here: without that rule every seal could be written in two ways.</remarks>
    public static string? SignerOf(byte[] hash, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Length || signature[64] > 1) return null;
        var (r, s) = (signature[..32].ToArray(), signature[32..64].ToArray());
        return Secp256k1.IsLow(s) && Secp256k1.Recover(hash, r, s, signature[64]) is { } key ? Hex.Of(Secp256k1.AddressOf(key)) : null;
    }
}
