using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evidence.Tests.Package.Making;

/// <summary>A signer and its root with keys that lie beside the vectors. RSASSA-PKCS1-v1_5 and fixed times and serial numbers: the same bytes whenever it signs.</summary>
internal static class VectorSigner
{
    private static readonly DateTimeOffset From = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2045, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RSA RootKey = Key("root"), SignerKey = Key("signer");
    private static readonly X509Certificate2 Root = Request("CN=Vector Root", RootKey, authority: true).Create(new X500DistinguishedName("CN=Vector Root"), X509SignatureGenerator.CreateForRSA(RootKey, RSASignaturePadding.Pkcs1), From, To, [1]);
    private static readonly X509Certificate2 Signer = Request("CN=Vector Signer", SignerKey, authority: false).Create(Root.SubjectName, X509SignatureGenerator.CreateForRSA(RootKey, RSASignaturePadding.Pkcs1), From, To, [2]);

    internal static string RootPem => Root.ExportCertificatePem() + "\n";

    internal static byte[] ChainPem => Encoding.ASCII.GetBytes(Signer.ExportCertificatePem() + "\n");

    internal static byte[] Raw(byte[] content) => SignerKey.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    internal static byte[] Cms(byte[] content)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        using var withKey = Signer.CopyWithPrivateKey(SignerKey);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, withKey) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new Pkcs9SigningTime(VectorLog.Received.UtcDateTime));
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    private static RSA Key(string name)
    {
        var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(PackageVectors.Folder, "keys", $"{name}.pem")));
        return key;
    }

    private static CertificateRequest Request(string name, RSA key, bool authority)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(authority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, true));
        return request;
    }
}
