using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>One signer of a CMS, checked from the content's digest (RFC 5652, sections 5.4 and 5.6; RFC 5652, section 11 for the attributes).</summary>
internal static class CmsSignerCheck
{
    private const string MessageDigest = "1.2.840.113549.1.9.4", ContentType = "1.2.840.113549.1.9.3";
    private const string RsaEncryption = "1.2.840.113549.1.1.1", RsaPss = "1.2.840.113549.1.1.10", EcPublicKey = "1.2.840.10045.2.1";

    internal static SignatureCheck Check(
        SignerInfo signer, Func<HashAlgorithmName?> pssDigest, Oid contentType, X509Certificate2Collection certificates, ContentDigests content, X509Certificate2Collection roots, DateTimeOffset at)
    {
        if (FindCertificate(signer, certificates) is not { } certificate)
            return SignatureCheck.Undecided(SubIndications.NoSigningCertificateFound, "", "The signer's certificate is neither in the CMS nor beside it.");
        var subject = certificate.Subject;
        if (AlgorithmOf(signer, pssDigest) is not { } algorithm)
            return SignatureCheck.Undecided(SubIndications.Generic, subject, $"The algorithms {signer.DigestAlgorithm.Value} with {signer.SignatureAlgorithm.Value} are not supported.");
        if (content.By(algorithm.Hash) is not { } digest)
            return SignatureCheck.Undecided(SubIndications.SignedDataNotFound, subject, $"The signature needs the content's {algorithm.Hash.Name} digest, and the content cannot be read again.");
        if (signer.SignedAttributes.Count == 0) return SignerJudgement.Judge(certificate, algorithm, digest, signer.GetSignature(), certificates, roots, at);
        if (!IsFor(signer, contentType))
            return SignatureCheck.Failed(SubIndications.FormatFailure, subject, "The signed attributes lack the one content type and the one message digest that they must have.");
        if (!Single(signer, MessageDigest)!.AsSpan().SequenceEqual(digest))
            return SignatureCheck.Failed(SubIndications.HashFailure, subject, "The digest of the content is not the one that was signed.");
        return SignerJudgement.Judge(certificate, algorithm, HashOfAttributes(signer, algorithm.Hash), signer.GetSignature(), certificates, roots, at);
    }

    private static bool IsFor(SignerInfo signer, Oid contentType) =>
        Single(signer, MessageDigest) is not null && SingleRaw(signer, ContentType) is { } type
        && AsnDecoder.ReadObjectIdentifier(type, AsnEncodingRules.BER, out _) == contentType.Value;

    private static byte[]? Single(SignerInfo signer, string oid) =>
        SingleRaw(signer, oid) is { } raw ? AsnDecoder.ReadOctetString(raw, AsnEncodingRules.BER, out _) : null;

    private static byte[]? SingleRaw(SignerInfo signer, string oid)
    {
        var attributes = signer.SignedAttributes.Cast<CryptographicAttributeObject>().Where(attribute => attribute.Oid.Value == oid).ToList();
        return attributes is [{ Values.Count: 1 } only] ? only.Values[0].RawData : null;
    }

    /// <summary>What is signed is the DER SET OF the attributes, whatever their order in the file (RFC 5652, section 5.4).</summary>
    private static byte[] HashOfAttributes(SignerInfo signer, HashAlgorithmName hash)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            foreach (var attribute in signer.SignedAttributes) Write(writer, attribute);
        }

        return CryptographicOperations.HashData(hash, writer.Encode());
    }

    private static void Write(AsnWriter writer, CryptographicAttributeObject attribute)
    {
        using var sequence = writer.PushSequence();
        writer.WriteObjectIdentifier(attribute.Oid.Value!);
        using var values = writer.PushSetOf();
        foreach (var value in attribute.Values) writer.WriteEncodedValue(value.RawData);
    }

    /// <summary>Null for algorithms that are not supported, or that do not agree with each other.</summary>
    private static SignatureAlgorithm? AlgorithmOf(SignerInfo signer, Func<HashAlgorithmName?> pssDigest)
    {
        if (SignatureAlgorithm.HashOf(signer.DigestAlgorithm.Value) is not { } hash) return null;
        return signer.SignatureAlgorithm.Value switch
        {
            RsaPss => pssDigest() == hash ? new SignatureAlgorithm(hash, RSASignaturePadding.Pss) : null,
            RsaEncryption => new SignatureAlgorithm(hash, RSASignaturePadding.Pkcs1),
            EcPublicKey => new SignatureAlgorithm(hash, null),
            var oid => SignatureAlgorithm.OfSignature(oid) is { } algorithm && algorithm.Hash == hash ? algorithm : null,
        };
    }

    private static X509Certificate2? FindCertificate(SignerInfo signer, X509Certificate2Collection certificates) =>
        signer.Certificate ?? certificates.FirstOrDefault(certificate => Names(signer.SignerIdentifier, certificate));

    private static bool Names(SubjectIdentifier identifier, X509Certificate2 certificate) => identifier.Value switch
    {
        System.Security.Cryptography.Xml.X509IssuerSerial issuer =>
            issuer.IssuerName == certificate.Issuer && string.Equals(issuer.SerialNumber, certificate.SerialNumber, StringComparison.OrdinalIgnoreCase),
        string keyId => certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>()
            .Any(extension => string.Equals(extension.SubjectKeyIdentifier, keyId, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };
}
