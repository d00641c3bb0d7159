using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>The public key of a certificate (RFC 5280, section 4.1.2.7; RFC 3279, section 2.3.1; RFC 5480, section 2), and which keys are used.</summary>
internal static class PublicKeyForm
{
    private const string Rsa = "1.2.840.113549.1.1.1", EcPublicKey = "1.2.840.10045.2.1";
    private const int MinModulusBits = 512, MaxModulusBits = 16_384, MaxExponentBytes = 8;
    private const byte Uncompressed = 0x04;

    /// <summary>NIST P-224, P-256, P-384, P-521, secp256k1, brainpool P256r1, P320r1, P384r1, P512r1: those that every verifier of packages has.</summary>
    private static readonly HashSet<string> Curves =
    [
        "1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35", "1.3.132.0.10",
        "1.3.36.3.3.2.8.1.1.7", "1.3.36.3.3.2.8.1.1.9", "1.3.36.3.3.2.8.1.1.11", "1.3.36.3.3.2.8.1.1.13",
    ];

    /// <summary>Sees that the fields of a SubjectPublicKeyInfo are of their form.</summary>
    /// <exception cref="AsnContentException">They are not.</exception>
    internal static void Require(AsnReader fields)
    {
        var algorithm = AlgorithmIdentifier.Read(fields);
        var key = CertificateFields.ReadBytes(fields);
        fields.ThrowIfNotEmpty();
        if (algorithm.Oid == Rsa) RequireRsa(algorithm, key);
    }

    /// <summary>The key, for RSA; null for another one, and for one that is not used.</summary>
    internal static RSA? RsaOf(X509Certificate2 certificate)
    {
        if (certificate.PublicKey.Oid.Value != Rsa || certificate.PublicKey.GetRSAPublicKey() is not { } key) return null;
        var (modulus, exponent) = key.ExportParameters(includePrivateParameters: false) is var numbers ? (numbers.Modulus!, numbers.Exponent!) : default;
        if (key.KeySize is >= MinModulusBits and <= MaxModulusBits && (modulus[^1] & 1) == 1 && (exponent[^1] & 1) == 1 && exponent.Length <= MaxExponentBytes && exponent is not [1]) return key;
        key.Dispose();
        return null;
    }

    /// <summary>The key, for ECDSA; null for another one, and for one that is not used: its curve is not one of those, or its point is not written in full.</summary>
    internal static ECDsa? EcdsaOf(X509Certificate2 certificate)
    {
        var key = certificate.PublicKey;
        if (key.Oid.Value != EcPublicKey || key.EncodedKeyValue.RawData is not [Uncompressed, ..]) return null;
        return key.EncodedParameters?.RawData is [0x06, ..] named && Curves.Contains(AsnDecoder.ReadObjectIdentifier(named, AsnEncodingRules.DER, out _)) ? key.GetECDsaPublicKey() : null;
    }

    private static void RequireRsa(AlgorithmIdentifier algorithm, byte[] key)
    {
        if (!algorithm.HasNoParameters) throw new AsnContentException("An RSA key has parameters.");
        EncodedForm.Require(key, AsnEncodingRules.DER);
        var whole = new AsnReader(key, AsnEncodingRules.DER);
        var numbers = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        if (numbers.ReadInteger().Sign <= 0 || numbers.ReadInteger().Sign <= 0) throw new AsnContentException("A number of an RSA key is not positive.");
        numbers.ThrowIfNotEmpty();
    }
}
