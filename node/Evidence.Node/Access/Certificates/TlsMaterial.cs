using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Crypto;
using Evidence.Node.Configuration;

namespace Evidence.Node.Access.Certificates;

/// <summary>The node's own certificate and the authorities of its clients, as the files have them.</summary>
internal sealed class TlsMaterial
{
    private TlsMaterial(X509Certificate2 own, X509Certificate2Collection between, TrustedCertificates? clients)
    {
        (Own, Clients) = (own, clients);
        Context = SslStreamCertificateContext.Create(own, between, offline: true);
    }

    /// <summary>The node's certificate, with its key.</summary>
    internal X509Certificate2 Own { get; }

    /// <summary>What is shown to those who connect: the certificate and those between it and its root.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>Whose certificates clients may have; null: no authority's.</summary>
    internal TrustedCertificates? Clients { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConfigurationException">One of them is not what it should be.</exception>
    /// <exception cref="KeyFileException">Others than its owner can use the key.</exception>
    internal static TlsMaterial Load(TlsOptions options)
    {
        OwnerOnlyFile.Check(options.KeyFile);
        try
        {
            var between = new X509Certificate2Collection();
            between.ImportFromPemFile(options.CertificateFile);
            var own = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
            return new TlsMaterial(own, between, options.ClientCaFile is { } clients ? Read(clients) : null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(options.CertificateFile, [$"certificate and key ({options.KeyFile}) cannot be used: {e.Message}"]);
        }
    }

    /// <exception cref="ConfigurationException">The file holds no certificates.</exception>
    internal static TrustedCertificates Read(string file)
    {
        try
        {
            return TrustedCertificates.Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, [e.Message]);
        }
    }
}
