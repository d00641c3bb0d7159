using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>One signer of a CMS, checked from the content's digest (RFC 5652, sections 5.4 and 5.6).</summary>
internal static class CmsSignerCheck
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1", RsaPss = "1.2.840.113549.1.1.10", EcPublicKey = "1.2.840.10045.2.1";

    internal static SignatureCheck Check(
        CmsSignerInfo signer, X509Certificate2? certificate, X509Certificate2Collection others, ContentDigests content, X509Certificate2Collection roots, DateTimeOffset at)
    {
        if (certificate is null) return SignatureCheck.Undecided(SubIndications.NoSigningCertificateFound, "", "The signer's certificate is neither in the CMS nor beside it.");
        var subject = CertificateFields.Of(certificate).Subject.Text;
        if (AlgorithmOf(signer) is not { } algorithm)
            return SignatureCheck.Undecided(SubIndications.Generic, subject, $"The algorithms {signer.Digest.Oid} with {signer.Algorithm.Oid} are not supported.");
        if (content.By(algorithm.Hash) is not { } digest)
            return SignatureCheck.Undecided(SubIndications.SignedDataNotFound, subject, $"The signature needs the content's {algorithm.Hash.Name} digest, and the content cannot be read again.");
        if (signer.Attributes is not { } attributes) return SignerJudgement.Judge(certificate, algorithm, digest, signer.Value, others, roots, at);
        if (!attributes.MessageDigest.Span.SequenceEqual(digest))
            return SignatureCheck.Failed(SubIndications.HashFailure, subject, "The digest of the content is not the one that was signed.");
        return SignerJudgement.Judge(certificate, algorithm, attributes.Hash(algorithm.Hash), signer.Value, others, roots, at);
    }

    /// <summary>Null for algorithms that are not supported, or that do not agree with each other.</summary>
    private static SignatureAlgorithm? AlgorithmOf(CmsSignerInfo signer)
    {
        if (SignatureAlgorithm.HashOf(signer.Digest.Oid) is not { } hash) return null;
        return signer.Algorithm.Oid switch
        {
            RsaPss => PssParameters.DigestOf(signer.Algorithm.Parameters) == hash ? new SignatureAlgorithm(hash, RSASignaturePadding.Pss) : null,
            RsaEncryption => new SignatureAlgorithm(hash, RSASignaturePadding.Pkcs1),
            EcPublicKey => new SignatureAlgorithm(hash, null),
            var oid => SignatureAlgorithm.OfSignature(oid) is { } algorithm && algorithm.Hash == hash ? algorithm : null,
        };
    }
}
