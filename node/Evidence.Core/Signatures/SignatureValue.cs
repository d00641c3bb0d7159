using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>The one place where a signature value meets a public key.</summary>
internal static class SignatureValue
{
    private const int MinRsaBits = 2048, MinEcBits = 224;

    /// <summary>Whether the value verifies over the digest; null when the key is of a kind that is not supported for the algorithm.</summary>
    internal static bool? Verifies(X509Certificate2 certificate, SignatureAlgorithm algorithm, byte[] hash, byte[] value)
    {
        try
        {
            return algorithm.Padding is null ? VerifiesEcdsa(certificate, hash, value) : VerifiesRsa(certificate, algorithm, hash, value);
        }
        catch (CryptographicException)
        {
            // The framework throws for keys on curves, of sizes or in encodings that it cannot use: nothing was verified.
            return null;
        }
    }

    internal static bool IsTooShort(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        using var ec = certificate.GetECDsaPublicKey();
        return rsa?.KeySize < MinRsaBits || ec?.KeySize < MinEcBits;
    }

    internal static bool Verifies(RSA key, SignatureAlgorithm algorithm, byte[] hash, byte[] value) =>
        key.VerifyHash(hash, value, algorithm.Hash, algorithm.Padding!);

    internal static bool Verifies(ECDsa key, byte[] hash, byte[] value) =>
        key.VerifyHash(hash, value, DSASignatureFormat.Rfc3279DerSequence);

    private static bool? VerifiesRsa(X509Certificate2 certificate, SignatureAlgorithm algorithm, byte[] hash, byte[] value)
    {
        using var key = certificate.GetRSAPublicKey();
        return key is null ? null : Verifies(key, algorithm, hash, value);
    }

    private static bool? VerifiesEcdsa(X509Certificate2 certificate, byte[] hash, byte[] value)
    {
        using var key = certificate.GetECDsaPublicKey();
        return key is null ? null : Verifies(key, hash, value);
    }
}
