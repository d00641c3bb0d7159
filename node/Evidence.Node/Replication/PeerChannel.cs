using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Crypto;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Configuration;
using Grpc.Net.Client;

namespace Evidence.Node.Replication;

/// <summary>The way to a peer: its server must have the certificate that is configured, and this node shows its own.</summary>
internal static class PeerChannel
{
    /// <exception cref="ConfigurationException">The peer's certificate cannot be read.</exception>
    internal static GrpcChannel To(PeerOptions peer, NodeTls tls, TimeProvider time)
    {
        var trusted = peer.CertificateFile is { } file ? TlsMaterial.Read(file) : null;
        return GrpcChannel.ForAddress(peer.Address, new GrpcChannelOptions
        {
            TimeProvider = time,
            Around = handler =>
            {
                handler.SslOptions = Options(tls, trusted, time);
                return handler;
            },
        });
    }

    private static SslClientAuthenticationOptions Options(NodeTls tls, TrustedCertificates? trusted, TimeProvider time)
    {
        var options = new SslClientAuthenticationOptions { LocalCertificateSelectionCallback = (_, _, _, _, _) => tls.Current?.Own! };
        if (trusted is not null)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is X509Certificate2 server
                && trusted.Accept(server, TrustedCertificates.Server, (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0, time.GetUtcNow());
        }

        return options;
    }
}
