using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Crypto;

/// <summary>Certificates that the other end of a TLS connection must have, or be issued by. Nothing is downloaded, and no revocation is asked for: who issues them replaces the list.</summary>
public sealed class TrustedCertificates
{
    /// <summary>Extended key usage of a TLS server (RFC 5280, section 4.2.1.12).</summary>
    public const string Server = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage of a TLS client.</summary>
    public const string Client = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2Collection _others = [];

    private TrustedCertificates(X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates) (IsAuthority(certificate) ? _authorities : _others).Add(certificate);
    }

    /// <summary>Those that are no authorities: they stand for themselves.</summary>
    public IEnumerable<X509Certificate2> Ends => _others;

    /// <summary>Reads them.</summary>
    /// <param name="pem">One or more certificates, PEM.</param>
    /// <exception cref="FormatException">There is no certificate, or one cannot be read.</exception>
    public static TrustedCertificates Parse(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new FormatException($"It holds a certificate that cannot be read: {e.Message}", e);
        }

        return certificates.Count > 0 ? new TrustedCertificates(certificates) : throw new FormatException("It holds no certificate in PEM.");
    }

    /// <summary>Whether a certificate is one of these, or of an authority among them for this use, and good at this time.</summary>
    /// <param name="certificate">What the other end has shown.</param>
    /// <param name="use"><see cref="Server"/> or <see cref="Client"/>.</param>
    /// <param name="isNamed">Whether it names whom it is to name; one that stands for itself need not.</param>
    /// <param name="now">The time.</param>
    public bool Accept(X509Certificate2 certificate, string use, bool isNamed, DateTimeOffset now) =>
        IsGoodAt(certificate, now) && (_others.Any(pinned => pinned.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)) || (isNamed && IsIssued(certificate, use, now)));

    /// <summary>Whether the time is between the ends of the certificate's validity.</summary>
    public static bool IsGoodAt(X509Certificate2 certificate, DateTimeOffset now) => now >= certificate.NotBefore.ToUniversalTime() && now < certificate.NotAfter.ToUniversalTime();

    /// <summary>Whether an authority among these issued the certificate for this use.</summary>
    public bool IsIssued(X509Certificate2 certificate, string use, DateTimeOffset now)
    {
        if (_authorities.Count == 0) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.ExtraStore.AddRange(_authorities); // those between root and end
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        return chain.Build(certificate);
    }

    private static bool IsAuthority(X509Certificate2 certificate) => certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static constraints => constraints.CertificateAuthority);
}
