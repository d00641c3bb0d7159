using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Node.Configuration;

namespace Evidence.Node.Verification;

/// <summary>The root certificates that this node accepts for signatures over records.</summary>
internal sealed class SignatureRoots
{
    private SignatureRoots(X509Certificate2Collection certificates)
    {
        Certificates = certificates;
        Pem = string.Concat(certificates.Select(c => c.ExportCertificatePem() + "\n"));
    }

    internal X509Certificate2Collection Certificates { get; }

    /// <summary>All of them as PEM, one after another.</summary>
    internal string Pem { get; }

    /// <summary>Reads the PEM files of the configuration.</summary>
    /// <exception cref="ConfigurationException">A file cannot be read or holds no certificate; all such files at once.</exception>
    internal static SignatureRoots Load(IReadOnlyList<string> files)
    {
        var certificates = new X509Certificate2Collection();
        var errors = new List<string>();
        foreach (var file in files)
        {
            if (Import(file, certificates) is { } error) errors.Add(error);
        }
        return errors.Count == 0 ? new SignatureRoots(certificates) : throw new ConfigurationException("signatureRoots", errors);
    }

    private static string? Import(string file, X509Certificate2Collection certificates)
    {
        try
        {
            var before = certificates.Count;
            certificates.ImportFromPem(File.ReadAllText(file, Encoding.Latin1));
            return certificates.Count > before ? null : $"{file} holds no PEM certificate";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"{file} cannot be used: {e.Message}";
        }
    }
}
