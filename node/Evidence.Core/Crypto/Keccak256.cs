using Org.BouncyCastle.Crypto.Digests;

namespace Evidence.Core.Crypto;

/// <summary>Keccak-256 as Ethereum uses it: the padding from before FIPS 202, so not SHA3-256. By Bouncy Castle.</summary>
public static class Keccak256
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int Size = 32;

    /// <summary>The 32-byte hash of <paramref name="data"/>.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var digest = new KeccakDigest(Size * 8);
        digest.BlockUpdate(data.ToArray(), 0, data.Length);
        var hash = new byte[Size];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
