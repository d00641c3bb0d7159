namespace Evidence.Core.Seals;

/// <summary>The kinds of signature value that a seal can hold, as they are written in it.</summary>
public static class SignatureTypes
{
    /// <summary>CMS SignedData, detached (RFC 5652): a .p7s file, DER or PEM.</summary>
    public const string Cms = "cms";

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2).</summary>
    public const string RsaPkcs1Sha256 = "rsa-pkcs1-sha256";

    /// <summary>RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes (RFC 8017, section 8.1).</summary>
    public const string RsaPssSha256 = "rsa-pss-sha256";

    /// <summary>ECDSA with SHA-256, the value a DER sequence of r and s (RFC 3279, section 2.2.3).</summary>
    public const string EcdsaSha256 = "ecdsa-sha256";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> All { get; } = [Cms, RsaPkcs1Sha256, RsaPssSha256, EcdsaSha256];

    /// <summary>All kinds as they stand in a seal's bytes.</summary>
    internal static IReadOnlyList<byte[]> Utf8 { get; } = [.. All.Select(System.Text.Encoding.ASCII.GetBytes)];
}
