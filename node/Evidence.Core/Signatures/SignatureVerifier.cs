using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Seals;

namespace Evidence.Core.Signatures;

/// <summary>Checks a detached signature from the digest of the content alone, because the content was streamed and is not at hand.</summary>
public static class SignatureVerifier
{
    /// <summary>Checks one signature; never throws for bad input, never passes what was not verified.</summary>
    /// <param name="type">Kind of signature, one of <see cref="SignatureTypes"/>.</param>
    /// <param name="signature">The signature value: for CMS the SignedData (DER or PEM), otherwise the raw value.</param>
    /// <param name="certificatesPem">The signer's certificate first, then those above it, PEM; null when there are none (a CMS may carry its own).</param>
    /// <param name="contentSha256">SHA-256 of the signed content.</param>
    /// <param name="trustedRoots">Roots that a certification path may end in; one that is no certificate to the letter of RFC 5280 is left out.</param>
    /// <param name="at">The time at which the certificates must be valid.</param>
    /// <param name="contentDigest">Gives the content's digest by another algorithm, for signatures that do not use SHA-256; null when the content cannot be read again.</param>
    public static SignatureCheck Verify(
        string type,
        ReadOnlySpan<byte> signature,
        ReadOnlyMemory<byte>? certificatesPem,
        Digest contentSha256,
        X509Certificate2Collection trustedRoots,
        DateTimeOffset at,
        Func<HashAlgorithmName, byte[]>? contentDigest = null)
    {
        if (signature.Length > SignatureLimits.MaxBytes || certificatesPem?.Length > SignatureLimits.MaxBytes)
            return SignatureCheck.Failed(SubIndications.FormatFailure, "", $"The signature or the file of its certificates has more than {SignatureLimits.MaxBytes} bytes.");
        if (CertificateFile.TryRead(certificatesPem) is not { } certificates)
            return SignatureCheck.Failed(SubIndications.FormatFailure, "", "The certificates are not PEM certificates that can be read.");
        try
        {
            if (certificates.Count > SignatureLimits.MaxCertificates)
                return SignatureCheck.Failed(SubIndications.FormatFailure, "", $"There are more than {SignatureLimits.MaxCertificates} certificates beside the signature.");
            var content = new ContentDigests(contentSha256, contentDigest);
            X509Certificate2Collection roots = [.. trustedRoots.Where(CertificateFile.IsToTheLetter)];
            return type == SignatureTypes.Cms
                ? CmsSignature.Check(signature, certificates, content, roots, at)
                : RawSignature.Check(type, signature, certificates, content, roots, at);
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }
}
