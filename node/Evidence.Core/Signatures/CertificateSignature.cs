using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>The signature of an issuer on a certificate (RFC 5280, section 4.1.1). It only chooses among issuers of one name; the framework judges the path.</summary>
internal static class CertificateSignature
{
    /// <summary>Whether the issuer's key signed the certificate; null when the algorithm is not one that is known here.</summary>
    internal static bool? Verifies(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var fields = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
        var signed = fields.ReadEncodedValue();
        if (SignatureAlgorithm.OfSignature(AlgorithmIdentifier.Read(fields).Oid) is not { } algorithm) return null;
        return SignatureValue.Verifies(issuer, algorithm, CryptographicOperations.HashData(algorithm.Hash, signed.Span), fields.ReadBitString(out _));
    }
}
