using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Seals;

namespace Evidence.Core.Signatures;

/// <summary>A bare signature value with its certificate beside it.</summary>
internal static class RawSignature
{
    internal static SignatureAlgorithm? AlgorithmOf(string type) => type switch
    {
        SignatureTypes.RsaPkcs1Sha256 => new SignatureAlgorithm(HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        SignatureTypes.RsaPssSha256 => new SignatureAlgorithm(HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        SignatureTypes.EcdsaSha256 => new SignatureAlgorithm(HashAlgorithmName.SHA256, null),
        _ => null,
    };

    internal static SignatureCheck Check(
        string type, ReadOnlySpan<byte> value, X509Certificate2Collection certificates, ContentDigests content, X509Certificate2Collection roots, DateTimeOffset at)
    {
        if (AlgorithmOf(type) is not { } algorithm)
            return SignatureCheck.Undecided(SubIndications.Generic, "", $"Signatures of the kind '{type}' are not supported; known are {string.Join(", ", SignatureTypes.All)}.");
        if (certificates.Count == 0)
            return SignatureCheck.Undecided(SubIndications.NoSigningCertificateFound, "", "A raw signature needs its signer's certificate beside it; there is none.");
        return SignerJudgement.Judge(certificates[0], algorithm, content.Sha256.ToArray(), value.ToArray(), certificates, roots, at);
    }
}
