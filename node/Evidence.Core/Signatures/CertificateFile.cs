using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evidence.Core.Signatures;

/// <summary>Reads PEM files of certificates.</summary>
public static class CertificateFile
{
    private const string Label = "CERTIFICATE";

    /// <summary>The certificates in the file's order, none for no file; null when the bytes are not PEM certificates.</summary>
    internal static X509Certificate2Collection? TryRead(ReadOnlyMemory<byte>? pem)
    {
        if (pem is not { IsEmpty: false } bytes) return [];
        try
        {
            var certificates = Read(Encoding.UTF8.GetString(bytes.Span));
            return certificates.Count > 0 ? certificates : null;
        }
        catch (Exception e) when (MalformedInput.Explains(e))
        {
            return null;
        }
    }

    /// <summary>The certificates of a text, each one to the letter of RFC 5280; what stands between them, and PEM of other labels, is passed over.</summary>
    /// <exception cref="FormatException">One is not in DER or breaks the letter of RFC 5280; says which.</exception>
    public static X509Certificate2Collection Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
            if (rest[found.Label] is Label) certificates.Add(Load(rest[found.Base64Data], certificates.Count + 1));
        return certificates;
    }

    private static X509Certificate2 Load(ReadOnlySpan<char> base64, int number)
    {
        try
        {
            return Load(Convert.FromBase64String(base64.ToString()));
        }
        catch (Exception e) when (MalformedInput.Explains(e))
        {
            throw new FormatException($"certificate {number} of the text is not one to the letter of DER and RFC 5280: {e.Message}", e);
        }
    }

    /// <summary>Whether the certificate, which the platform could load, is one to the letter.</summary>
    internal static bool IsToTheLetter(X509Certificate2 certificate)
    {
        try
        {
            CertificateFields.Of(certificate);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Loads a certificate that is one to the letter.</summary>
    internal static X509Certificate2 Load(ReadOnlyMemory<byte> der)
    {
        CertificateFields.Read(der);
        return X509CertificateLoader.LoadCertificate(der.Span);
    }
}
