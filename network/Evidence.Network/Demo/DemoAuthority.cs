using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Network.Demo;

/// <summary>A certification authority for one run of the demo, with two signers: one with an RSA key, one with an ECDSA key. No key is stored unless <see cref="WriteSigner"/> is asked to.</summary>
internal sealed class DemoAuthority : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    private readonly DateTimeOffset _now;
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _rsaSigner;
    private readonly X509Certificate2 _ecdsaSigner;

    internal DemoAuthority(TimeProvider time)
    {
        _now = time.GetUtcNow();
        _root = MakeRoot();
        _rsaSigner = IssueRsa("CN=Zhang Wei (RSA), O=Evidence Demo");
        _ecdsaSigner = IssueEcdsa("CN=Li Na (ECDSA), O=Evidence Demo");
    }

    /// <summary>The root certificate, PEM.</summary>
    internal string RootPem => _root.ExportCertificatePem();

    /// <summary>Writes a signature beside the file, in one of four ways by <paramref name="number"/>: FILE.p7s, or FILE.sig with FILE.pem.</summary>
    internal void Sign(string path, int number)
    {
        var content = File.ReadAllBytes(path);
        var signer = number % 2 == 0 ? _rsaSigner : _ecdsaSigner;
        if (number % 4 < 2)
        {
            File.WriteAllBytes(path + ".p7s", SignCms(content, signer));
            return;
        }
        File.WriteAllBytes(path + ".sig", SignRaw(content, signer));
        File.WriteAllText(path + ".pem", Chain(signer));
    }

    private string Chain(X509Certificate2 signer) => $"{signer.ExportCertificatePem()}\n{RootPem}\n";

    /// <summary>Writes the RSA signer's key and certificate chain, so that files of one's own can be signed for a network that is kept.</summary>
    internal void WriteSigner(string keyPath, string chainPath)
    {
        using var rsa = _rsaSigner.GetRSAPrivateKey()!;
        using (var file = new FileStream(keyPath, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            file.Write(System.Text.Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem() + "\n"));
        File.WriteAllText(chainPath, Chain(_rsaSigner));
    }

    public void Dispose()
    {
        _rsaSigner.Dispose();
        _ecdsaSigner.Dispose();
        _root.Dispose();
    }

    private byte[] SignCms(byte[] content, X509Certificate2 certificate)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), // SHA-256
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        signer.Certificates.Add(_root);
        signer.SignedAttributes.Add(new Pkcs9SigningTime(_now.UtcDateTime));
        cms.ComputeSignature(signer);
        return cms.Encode();
    }

    private static byte[] SignRaw(byte[] content, X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPrivateKey();
        if (rsa is not null) return rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var ecdsa = certificate.GetECDsaPrivateKey()!;
        return ecdsa.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private X509Certificate2 MakeRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Demo CA, O=Evidence Demo", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(_now - TimeSpan.FromDays(1), _now + Life);
    }

    private X509Certificate2 IssueRsa(string subject)
    {
        using var key = RSA.Create(2048);
        using var bare = Issue(new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return bare.CopyWithPrivateKey(key);
    }

    private X509Certificate2 IssueEcdsa(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = Issue(new CertificateRequest(subject, key, HashAlgorithmName.SHA256));
        return bare.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Issue(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        var generator = X509SignatureGenerator.CreateForECDsa(_root.GetECDsaPrivateKey()!);
        return request.Create(_root.SubjectName, generator, _now - TimeSpan.FromDays(1), _now + Life - TimeSpan.FromDays(1), RandomNumberGenerator.GetBytes(16));
    }
}
