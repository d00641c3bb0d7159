using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Core.Signatures;
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
    /// <exception cref="ConfigurationException">A file cannot be read, holds no certificate, or one that is not to the letter of DER and RFC 5280, under which nothing could be judged; all such files at once.</exception>
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
            var read = CertificateFile.Read(File.ReadAllText(file, Encoding.Latin1));
            certificates.AddRange(read);
            return read.Count > 0 ? null : $"{file} holds no PEM certificate";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"{file} cannot be used: {e.Message} Ask its authority for the certificate as it was issued, or write it anew in DER (openssl x509 -in FILE -outform PEM).";
        }
    }
}
