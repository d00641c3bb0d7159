using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Core;

namespace Evidence.Node.Configuration;

/// <summary>A certificate that a new node makes for itself. It stands for itself: those who call the node are given it, or its digest, by a way that they trust.</summary>
internal static class NodeCertificate
{
    /// <summary>File names in the folder of keys.</summary>
    internal const string CertificateFile = "tls.pem", KeyFile = "tls.key";

    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);

    /// <summary>Makes certificate and key, unless there are some. A crash between the two leaves a key that the next call makes the certificate for.</summary>
    /// <param name="folder">Folder of the keys.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="host">Where it listens; it is named together with this machine.</param>
    /// <param name="time">The clock.</param>
    internal static void CreateMissing(string folder, string name, string host, TimeProvider time)
    {
        var (certificateFile, keyFile) = (Path.Combine(folder, CertificateFile), Path.Combine(folder, KeyFile));
        if (File.Exists(certificateFile)) return;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(keyFile)) key.ImportFromPem(File.ReadAllText(keyFile));
        else OwnerOnlyFile.Write(keyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        using var certificate = Make(key, name, host, time.GetUtcNow());
        OwnerOnlyFile.Write(certificateFile, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
    }

    /// <summary>SHA-256 of the certificate in the folder; null when there is none that can be read.</summary>
    internal static Digest? Find(string folder)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(folder, CertificateFile)));
            return Digest.Of(certificate.RawData);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static X509Certificate2 Make(ECDsa key, string name, string host, DateTimeOffset now)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name.Length <= 64 ? name : name[..64]); // RFC 5280, appendix A.1
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // A server to those who call it, a client to its peers.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Core.Crypto.TrustedCertificates.Server), new Oid(Core.Crypto.TrustedCertificates.Client)], critical: false));
        request.CertificateExtensions.Add(Names(name, host));
        return request.CreateSelfSigned(now.AddMinutes(-5), now + Life);
    }

    private static X509Extension Names(string name, string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var dns in ((string[])["localhost", name, Environment.MachineName]).Where(static dns => Uri.CheckHostName(dns) == UriHostNameType.Dns).Distinct(StringComparer.OrdinalIgnoreCase)) names.AddDnsName(dns);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        if (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && !IPAddress.IsLoopback(ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)) names.AddIpAddress(ip);
        return names.Build();
    }
}
