using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evidence.Core.Signatures;

/// <summary>Reads PEM files of certificates.</summary>
internal static class CertificateFile
{
    /// <summary>The certificates in the file's order, none for no file; null when the bytes are not PEM certificates.</summary>
    internal static X509Certificate2Collection? TryRead(ReadOnlyMemory<byte>? pem)
    {
        var certificates = new X509Certificate2Collection();
        if (pem is not { IsEmpty: false } bytes) return certificates;
        try
        {
            certificates.ImportFromPem(Encoding.UTF8.GetString(bytes.Span));
            return certificates.Count > 0 ? certificates : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
