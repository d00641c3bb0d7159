using System.Buffers.Binary;
using System.Diagnostics;
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

    private static readonly X509Certificate2 OwnRoot = Request("CN=Vector Own Root", SignerKey, authority: false).Create(
        new X500DistinguishedName("CN=Vector Own Root"), X509SignatureGenerator.CreateForRSA(SignerKey, RSASignaturePadding.Pkcs1), From.AddYears(-5), From, [20]);

    internal static string RootPem => Root.ExportCertificatePem() + "\n";

    internal static byte[] ChainPem => Encoding.ASCII.GetBytes(Signer.ExportCertificatePem() + "\n");

    /// <summary>The signer's key in a certificate whose key usage is no bit string.</summary>
    internal static byte[] ChainWithoutKeyUsage => Encoding.ASCII.GetBytes(Unusable().ExportCertificatePem() + "\n");

    internal static byte[] Raw(byte[] content) => SignerKey.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    internal static byte[] Cms(byte[] content) => CmsWith(content, null);

    private static byte[] CmsWith(byte[] content, AsnEncodedData? attribute)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        using var withKey = Signer.CopyWithPrivateKey(SignerKey);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, withKey) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new Pkcs9SigningTime(VectorLog.Received.UtcDateTime));
        if (attribute is not null) signer.SignedAttributes.Add(attribute);
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    /// <summary>With a signed attribute whose value is of indefinite length, as BER has it and DER has not.</summary>
    internal static byte[] CmsWithIndefiniteLength(byte[] content) => Patched(CmsWith(content, new AsnEncodedData(new Oid("1.3.6.1.4.1.55555.1"), "\x04\x04MARK"u8.ToArray())), "\x04\x04MARK"u8, [0x24, 0x80, 0x04, 0x00, 0x00, 0x00]);

    /// <summary>That names SHA3-256 where it was made with SHA-256.</summary>
    internal static byte[] CmsNamingSha3(byte[] content) => Patched(Cms(content), [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x08]);

    /// <summary>That calls itself of a version that there is none of; no signature covers it.</summary>
    internal static byte[] CmsOfVersion2(byte[] content)
    {
        var (cms, signedData) = (Cms(content), new byte[] { 0x02, 0x01, 0x01, 0x31 });
        cms[cms.AsSpan().IndexOf(signedData) + 2] = 2;
        return cms;
    }

    /// <summary>The signer's certificate with the length of its signature, which nothing covers, in a form that is not the shortest.</summary>
    internal static byte[] ChainWithLongerLength => Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", Lengthened(Signer.RawData)) + "\n");

    private static byte[] Lengthened(byte[] certificate)
    {
        var (header, value) = (new byte[] { 0x03, 0x82, 0x01, 0x01, 0x00 }, 257);
        var at = certificate.Length - value - header.Length + 1;
        Debug.Assert(certificate.AsSpan(at).StartsWith(header));
        byte[] longer = [.. certificate[..at], 0x03, 0x83, 0x00, .. certificate[(at + 2)..]];
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(2), (ushort)(longer.Length - 4));
        return longer;
    }

    private static byte[] Patched(byte[] bytes, ReadOnlySpan<byte> find, ReadOnlySpan<byte> put)
    {
        for (var at = bytes.AsSpan().IndexOf(find); at >= 0; at = bytes.AsSpan().IndexOf(find)) put.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private static RSA Key(string name)
    {
        var key = RSA.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(PackageVectors.Folder, "keys", $"{name}.pem")));
        return key;
    }

    /// <summary>The signer below twelve authorities that have all issued each other: more paths than anyone can try.</summary>
    internal static byte[] Circle()
    {
        var name = new X500DistinguishedName("CN=Vector Circle");
        X509Certificate2 Issued(CertificateRequest request, byte serial) => request.Create(name, X509SignatureGenerator.CreateForRSA(RootKey, RSASignaturePadding.Pkcs1), From, To, [serial]);
        var all = Enumerable.Range(11, 12).Select(serial => Issued(Request("CN=Vector Circle", RootKey, authority: true), (byte)serial)).Prepend(Issued(Request("CN=Vector Signer", SignerKey, authority: false), 10));
        return Encoding.ASCII.GetBytes(string.Concat(all.Select(static certificate => certificate.ExportCertificatePem() + "\n")));
    }

    private static X509Certificate2 Unusable()
    {
        var request = new CertificateRequest("CN=Vector Signer", SignerKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.15", [0x04, 0x01, 0xff], critical: true));
        return request.Create(Root.SubjectName, X509SignatureGenerator.CreateForRSA(RootKey, RSASignaturePadding.Pkcs1), From, To, [3]);
    }

    /// <summary>The signer below an authority that may only issue for names in a domain, of which the signer has none.</summary>
    internal static byte[] BelowNameConstraints()
    {
        var generator = X509SignatureGenerator.CreateForRSA(RootKey, RSASignaturePadding.Pkcs1);
        var middle = Request("CN=Vector Middle", RootKey, authority: true);
        middle.CertificateExtensions.Add(new X509Extension("2.5.29.30", [0x30, 0x11, 0xa0, 0x0f, 0x30, 0x0d, 0x82, 0x0b, .. "example.org"u8], critical: true));
        var signer = Request("CN=Vector Signer", SignerKey, authority: false).Create(new X500DistinguishedName("CN=Vector Middle"), generator, From, To, [5]);
        return Encoding.ASCII.GetBytes($"{signer.ExportCertificatePem()}\n{middle.Create(Root.SubjectName, generator, From, To, [4]).ExportCertificatePem()}\n");
    }

    /// <summary>Another root of the same name, younger than the one that issued the signer's certificate.</summary>
    internal static string OtherRootPem() =>
        Request("CN=Vector Root", SignerKey, authority: true).Create(Root.SubjectName, X509SignatureGenerator.CreateForRSA(SignerKey, RSASignaturePadding.Pkcs1), From.AddYears(1), To.AddYears(1), [6]).ExportCertificatePem() + "\n";

    /// <summary>The signer's key in a root of its own, out of its validity when anything is signed.</summary>
    internal static string OwnRootPem => OwnRoot.ExportCertificatePem() + "\n";

    /// <summary>That the root of its own has signed.</summary>
    internal static byte[] CmsByOwnRoot(byte[] content) => CmsBy(content, (OwnRoot, "2.16.840.1.101.3.4.2.1"));

    /// <summary>That the root of its own has signed, and the signer whose digest is of another content.</summary>
    internal static byte[] CmsByOwnRootAndOverAnother(byte[] content) =>
        Patched(CmsBy(content, (OwnRoot, "2.16.840.1.101.3.4.2.1"), (Signer, "2.16.840.1.101.3.4.2.2")), SHA384.HashData(content), SHA384.HashData("another content\n"u8));

    private static byte[] CmsBy(byte[] content, params (X509Certificate2 Certificate, string Digest)[] signers)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        foreach (var (certificate, digest) in signers)
        {
            using var withKey = certificate.CopyWithPrivateKey(SignerKey);
            var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, withKey) { DigestAlgorithm = new Oid(digest), IncludeOption = X509IncludeOption.EndCertOnly };
            signer.SignedAttributes.Add(new Pkcs9SigningTime(VectorLog.Received.UtcDateTime));
            cms.ComputeSignature(signer, silent: true);
        }

        return cms.Encode();
    }

    private static CertificateRequest Request(string name, RSA key, bool authority)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(authority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, true));
        return request;
    }
}
