using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evidence.Tests.Nodes;

/// <summary>A certification authority and one certificate of it, to sign files with.</summary>
internal sealed class TestSigner : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _certificate;
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;

    private TestSigner(X509Certificate2 root, X509Certificate2 certificate)
    {
        (_root, _certificate) = (root, certificate);
        (_rsa, _ecdsa) = (certificate.GetRSAPrivateKey(), certificate.GetECDsaPrivateKey());
    }

    internal string RootPem => _root.ExportCertificatePem();

    /// <summary>The signer's certificate as PEM.</summary>
    internal byte[] CertificatePem => Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem());

    /// <summary>The private key as PKCS #8 PEM.</summary>
    internal string PrivateKeyPem => _rsa?.ExportPkcs8PrivateKeyPem() ?? _ecdsa!.ExportPkcs8PrivateKeyPem();

    internal static TestSigner WithRsa() => Create(RSA.Create(2048));

    internal static TestSigner WithEcdsa() => Create(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>CMS SignedData, detached, with the certificate inside.</summary>
    internal byte[] Cms(byte[] content, HashAlgorithmName? digest = null)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _certificate) { IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new Pkcs9SigningTime(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        signer.DigestAlgorithm = Oid.FromFriendlyName((digest ?? HashAlgorithmName.SHA256).Name!, OidGroup.HashAlgorithm);
        cms.ComputeSignature(signer);
        return cms.Encode();
    }

    /// <summary>A raw signature: PKCS #1 v1.5 for RSA, a DER sequence for ECDSA.</summary>
    internal byte[] Raw(byte[] content) =>
        _rsa?.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        ?? _ecdsa!.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose()
    {
        _rsa?.Dispose();
        _ecdsa?.Dispose();
        _certificate.Dispose();
        _root.Dispose();
    }

    private static TestSigner Create(AsymmetricAlgorithm key)
    {
        var (from, to) = (new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest($"CN=Test Root {Guid.NewGuid():N}", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var root = rootRequest.CreateSelfSigned(from, to);
        var request = key is RSA rsa
            ? new CertificateRequest("CN=Test Signer", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=Test Signer", (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        using var bare = request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), from, to, [1, 2, 3, 4]);
        var certificate = key is RSA rsaKey ? bare.CopyWithPrivateKey(rsaKey) : bare.CopyWithPrivateKey((ECDsa)key);
        key.Dispose();
        return new TestSigner(root, certificate);
    }
}
