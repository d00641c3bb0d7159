using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Evidence.Node.Configuration;

namespace Evidence.Node.Access.Certificates;

/// <summary>TLS of the node, with the certificate that is in force. A new one counts for connections that are made after it came.</summary>
internal sealed class NodeTls
{
    private readonly TlsOptions? _options;
    private TlsMaterial? _current;

    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    /// <exception cref="KeyFileException">Others than its owner can use the key.</exception>
    internal NodeTls(TlsOptions? options)
    {
        _options = options;
        Load();
    }

    /// <summary>What is in force; null: the node has no TLS.</summary>
    internal TlsMaterial? Current => Volatile.Read(ref _current);

    /// <summary>Reads the files again. If they are no good, what was in force stays.</summary>
    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    /// <exception cref="KeyFileException">Others than its owner can use the key.</exception>
    internal void Load()
    {
        if (_options is not null) Volatile.Write(ref _current, TlsMaterial.Load(_options));
    }

    /// <summary>For one who connects. A client may show a certificate; what it is good for, the door judges, and says so in words.</summary>
    internal SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificateContext = Current!.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = true, // asked for; the answer may be none
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
    };
}
