using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Tests.Monitor.Alerting;

/// <summary>A root of its own and a certificate under it for a server on this machine, or for another.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal ServerCertificate(string host = "127.0.0.1")
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test root", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = request.CreateSelfSigned(From, To);
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        var leaf = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(names.Build());
        using var issued = leaf.Create(Root, From, To, [1, 2, 3, 4]);
        using var whole = issued.CopyWithPrivateKey(key);
        Server = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    internal X509Certificate2 Root { get; }

    internal X509Certificate2 Server { get; }

    public void Dispose()
    {
        Root.Dispose();
        Server.Dispose();
    }
}
