using Rfc8032 = Org.BouncyCastle.Math.EC.Rfc8032;

namespace Evidence.Core.Crypto;

/// <summary>Ed25519 signatures (RFC 8032, section 5.1), by Bouncy Castle.</summary>
internal static class Ed25519
{
    internal const int SeedSize = 32;
    internal const int PublicKeySize = 32;
    internal const int SignatureSize = 64;

    /// <summary>The 32-byte public key of the 32-byte <paramref name="seed"/>.</summary>
    internal static byte[] PublicKey(byte[] seed)
    {
        CheckSeed(seed);
        var key = new byte[PublicKeySize];
        Rfc8032.Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    /// <summary>The 64-byte signature of <paramref name="message"/>.</summary>
    internal static byte[] Sign(byte[] seed, byte[] message)
    {
        CheckSeed(seed);
        var signature = new byte[SignatureSize];
        Rfc8032.Ed25519.Sign(seed, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    /// <summary>Whether <paramref name="signature"/> is 64 bytes and verifies; false for any other input.</summary>
    internal static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        publicKey.Length == PublicKeySize
        && signature.Length == SignatureSize
        && Rfc8032.Ed25519.Verify(signature, 0, publicKey, 0, message, 0, message.Length);

    private static void CheckSeed(byte[] seed)
    {
        if (seed.Length != SeedSize) throw new ArgumentException($"An Ed25519 seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
    }
}
