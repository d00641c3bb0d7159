using System.Formats.Asn1;
using System.Numerics;
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
        using var rsa = PublicKeyForm.RsaOf(certificate);
        using var ec = PublicKeyForm.EcdsaOf(certificate);
        return rsa?.KeySize < MinRsaBits || ec?.KeySize < MinEcBits;
    }

    internal static bool Verifies(RSA key, SignatureAlgorithm algorithm, byte[] hash, byte[] value) =>
        key.VerifyHash(hash, value, algorithm.Hash, algorithm.Padding!);

    /// <summary>The framework reads the DER form with some slack (integers without their leading zero), so it is read strictly here.</summary>
    internal static bool Verifies(ECDsa key, byte[] hash, byte[] value) =>
        FixedFields(value, (key.KeySize + 7) / 8) is { } fields && key.VerifyHash(hash, fields, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>r and s of the DER sequence (RFC 3279, section 2.2.3) side by side, each in <paramref name="size"/> bytes; null when it is not exactly such a sequence.</summary>
    private static byte[]? FixedFields(byte[] der, int size)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var (r, s) = (sequence.ReadInteger(), sequence.ReadInteger());
            sequence.ThrowIfNotEmpty();
            var fields = new byte[2 * size];
            return Put(r, fields.AsSpan(0, size)) && Put(s, fields.AsSpan(size)) ? fields : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool Put(BigInteger number, Span<byte> field)
    {
        if (number.Sign <= 0 || number.GetByteCount(isUnsigned: true) > field.Length) return false;
        return number.TryWriteBytes(field[(field.Length - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
    }

    private static bool? VerifiesRsa(X509Certificate2 certificate, SignatureAlgorithm algorithm, byte[] hash, byte[] value)
    {
        using var key = PublicKeyForm.RsaOf(certificate);
        return key is null ? null : Verifies(key, algorithm, hash, value);
    }

    private static bool? VerifiesEcdsa(X509Certificate2 certificate, byte[] hash, byte[] value)
    {
        using var key = PublicKeyForm.EcdsaOf(certificate);
        return key is null ? null : Verifies(key, hash, value);
    }
}
