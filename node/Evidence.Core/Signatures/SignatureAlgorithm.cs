using System.Security.Cryptography;

namespace Evidence.Core.Signatures;

/// <summary>How a signature value was made: the digest, and for RSA the padding (null for ECDSA).</summary>
internal sealed record SignatureAlgorithm(HashAlgorithmName Hash, RSASignaturePadding? Padding)
{
    /// <summary>Digests that no longer bind content: a signature over them proves nothing by itself.</summary>
    internal bool IsWeak => Hash == HashAlgorithmName.SHA1 || Hash == HashAlgorithmName.MD5;

    /// <summary>Digest algorithms by object identifier; null for any other. SHA-3 is none of them: not every platform has it, and a verdict must not depend on the platform.</summary>
    internal static HashAlgorithmName? HashOf(string? oid) => oid switch
    {
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
        "1.2.840.113549.2.5" => HashAlgorithmName.MD5,
        _ => null,
    };

    /// <summary>Signature algorithms whose identifier names their digest: RSASSA-PKCS1-v1_5 and ECDSA; null for any other.</summary>
    internal static SignatureAlgorithm? OfSignature(string? oid) => oid switch
    {
        "1.2.840.113549.1.1.4" => new(HashAlgorithmName.MD5, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.5" => new(HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.11" => new(HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.12" => new(HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.13" => new(HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "1.2.840.10045.4.1" => new(HashAlgorithmName.SHA1, null),
        "1.2.840.10045.4.3.2" => new(HashAlgorithmName.SHA256, null),
        "1.2.840.10045.4.3.3" => new(HashAlgorithmName.SHA384, null),
        "1.2.840.10045.4.3.4" => new(HashAlgorithmName.SHA512, null),
        _ => null,
    };

    /// <summary>The digest's length in bytes.</summary>
    internal static int LengthOf(HashAlgorithmName hash) => hash.Name switch
    {
        "MD5" => 16,
        "SHA1" => 20,
        "SHA384" => 48,
        "SHA512" => 64,
        _ => 32,
    };
}
