using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Core;
using Evidence.Core.Seals;

namespace Evidence.Tests.Signatures;

/// <summary>A root, an intermediate authority and a signer, made anew for each test class.</summary>
internal sealed class TestAuthority : IDisposable
{
    internal static readonly DateTimeOffset From = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), To = new(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _intermediate;

    internal TestAuthority(bool ecdsa = false, X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature, int rsaBits = 2048)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = Authority("CN=Test Root", rootKey).CreateSelfSigned(From.AddYears(-10), To.AddYears(10));
        using var issued = Authority("CN=Test Intermediate", middleKey).Create(Root, From.AddYears(-1), To.AddYears(1), [1]);
        _intermediate = issued.CopyWithPrivateKey(middleKey);
        Signer = ecdsa ? WithEcdsa(usage) : WithRsa(usage, rsaBits);
    }

    internal X509Certificate2 Root { get; }

    internal X509Certificate2 Signer { get; }

    internal X509Certificate2Collection Roots => [X509CertificateLoader.LoadCertificate(Root.RawData)];

    internal byte[] ChainPem => Encoding.ASCII.GetBytes($"{Signer.ExportCertificatePem()}\n{_intermediate.ExportCertificatePem()}\n");

    internal byte[] Sign(string type, byte[] content)
    {
        using var rsa = Signer.GetRSAPrivateKey();
        using var ecdsa = Signer.GetECDsaPrivateKey();
        return type switch
        {
            SignatureTypes.RsaPkcs1Sha256 => rsa!.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            SignatureTypes.RsaPssSha256 => rsa!.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            SignatureTypes.EcdsaSha256 => ecdsa!.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
            _ => Cms(content),
        };
    }

    internal byte[] Cms(byte[] content, string digestOid = "2.16.840.1.101.3.4.2.1", bool attributes = true, bool detached = true, X509IncludeOption include = X509IncludeOption.EndCertOnly, RSASignaturePadding? padding = null)
    {
        var cms = new SignedCms(new ContentInfo(content), detached);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, Signer) { DigestAlgorithm = new Oid(digestOid), IncludeOption = include };
        if (padding is not null) signer.SignaturePadding = padding;
        if (attributes) signer.SignedAttributes.Add(new Pkcs9SigningTime(Now.UtcDateTime));
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    /// <summary>A CMS that the signer has signed so many times over.</summary>
    internal byte[] CmsOf(int signers, byte[] content, string digestOid = "2.16.840.1.101.3.4.2.1")
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        for (var i = 0; i < signers; i++)
            cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, Signer) { DigestAlgorithm = new Oid(digestOid), IncludeOption = X509IncludeOption.None }, silent: true);
        return cms.Encode();
    }

    internal static Digest Sha256(byte[] content) => Digest.Of(content);

    public void Dispose()
    {
        Root.Dispose();
        _intermediate.Dispose();
        Signer.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request;
    }

    private X509Certificate2 WithRsa(X509KeyUsageFlags usage, int bits)
    {
        using var key = RSA.Create(bits);
        using var issued = Issue(new CertificateRequest("CN=Test Signer", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), usage);
        return issued.CopyWithPrivateKey(key);
    }

    private X509Certificate2 WithEcdsa(X509KeyUsageFlags usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Issue(new CertificateRequest("CN=Test Signer", key, HashAlgorithmName.SHA256), usage);
        return issued.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Issue(CertificateRequest request, X509KeyUsageFlags usage)
    {
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        using var key = _intermediate.GetECDsaPrivateKey()!;
        return request.Create(_intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), From, To, [2]);
    }
}
