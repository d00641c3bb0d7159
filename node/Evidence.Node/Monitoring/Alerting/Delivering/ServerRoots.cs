using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Judges the certificate of a receiver's server by roots of the configuration instead of the system's: archives have authorities of their own.</summary>
internal static class ServerRoots
{
    internal static RemoteCertificateValidationCallback Check(X509Certificate2Collection roots) => (_, certificate, sent, errors) =>
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false; // another name, or none at all
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainElements.Select(element => element.Certificate).ToArray());
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf);
    };
}
