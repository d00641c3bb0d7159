using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Signatures;

namespace Evidence.Core.Trust;

/// <summary>The roots of signatures' certification paths in a trust policy.</summary>
internal static class TrustedRoots
{
    private const string Begin = "-----BEGIN ";

    /// <summary>The certificates of a policy; none when there is no policy.</summary>
    internal static X509Certificate2Collection Of(TrustPolicy? policy)
    {
        var roots = new X509Certificate2Collection();
        foreach (var pem in policy?.SignatureRootsPem ?? []) roots.AddRange(CertificateFile.Read(pem));
        return roots;
    }

    /// <summary>Reads one entry of trust.json and sees that it is one certificate: what stands behind it would be trusted too, or trouble whoever takes it.</summary>
    internal static string ReadPem(JsonNode? node, string path)
    {
        if (node?.GetValueKind() != JsonValueKind.String) throw new FormatException($"{path}: it is not a string.");
        var pem = node.GetValue<string>();
        if (pem.Split(Begin).Length != 2) throw new FormatException($"{path}: it is not one PEM certificate.");
        try
        {
            var certificates = CertificateFile.Read(pem);
            foreach (var certificate in certificates) certificate.Dispose();
            return certificates.Count == 1 ? pem : throw new FormatException("it holds none");
        }
        catch (Exception e) when (MalformedInput.Explains(e))
        {
            throw new FormatException($"{path}: it is not one PEM certificate: {e.Message}", e);
        }
    }
}
