using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Crypto;

namespace Evidence.Tests.Access;

/// <summary>A certification authority for machines, and certificates of it and of nobody.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1), To = From.AddDays(365);
    private readonly X509Certificate2 _root;

    internal TestAuthority()
    {
        var request = Request("CN=Test CA", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _root = request.CreateSelfSigned(From.AddDays(-1), To.AddDays(1));
    }

    internal string Pem => _root.ExportCertificatePem();

    /// <summary>A certificate of this authority.</summary>
    internal X509Certificate2 Issue(string subject, string use = TrustedCertificates.Client)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject, key);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        return request.Create(_root, From, To, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
    }

    /// <summary>A certificate that stands for itself.</summary>
    internal static X509Certificate2 SelfSigned(string subject, int days = 30) => Request(subject, ECDsa.Create(ECCurve.NamedCurves.nistP256)).CreateSelfSigned(From.AddDays(-1), From.AddDays(days));

    private static CertificateRequest Request(string subject, ECDsa key) => new(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
}
