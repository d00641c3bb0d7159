using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evidence.Core.Signatures;

/// <summary>CMS SignedData (RFC 5652, section 5). Several signers: all must pass, and the worst of them is the answer.</summary>
internal static class CmsSignature
{
    internal static SignatureCheck Check(
        ReadOnlySpan<byte> file, X509Certificate2Collection beside, ContentDigests content, X509Certificate2Collection roots, DateTimeOffset at)
    {
        if (TryRead(file, out var problem) is not var (cms, carried)) return SignatureCheck.Failed(SubIndications.FormatFailure, "", problem);
        if (cms.Signers.Count == 0) return SignatureCheck.Failed(SubIndications.FormatFailure, "", "The CMS holds no signature.");
        if (cms.Content.Length > 0 && Digest.Of(cms.Content) != content.Sha256)
            return SignatureCheck.Failed(SubIndications.HashFailure, "", "The CMS carries content of its own, and it is not the content that it is to sign.");
        var named = carried.Concat(beside).ToList();
        X509Certificate2Collection others = [.. beside, .. carried];
        return cms.Signers
            .Select(signer => CmsSignerCheck.Check(signer, named.Find(signer.Names), others, content, roots, at))
            .OrderByDescending(Badness).First();
    }

    private static (CmsSignedData Cms, X509Certificate2Collection Carried)? TryRead(ReadOnlySpan<byte> file, out string problem)
    {
        try
        {
            problem = "";
            var cms = CmsSignedData.Read(FromPem(file));
            return (cms, [.. cms.Certificates.Select(CertificateFile.Load)]);
        }
        catch (Exception e) when (MalformedInput.Explains(e))
        {
            problem = $"The bytes are not CMS SignedData that can be read: {e.Message}";
            return null;
        }
    }

    private static int Badness(SignatureCheck check) => check switch
    {
        { ProvesAlteration: true } => 3,
        { Indication: SignatureIndication.TotalFailed } => 2,
        { Indication: SignatureIndication.Indeterminate } => 1,
        _ => 0,
    };

    private static byte[] FromPem(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("-----BEGIN "u8)) return file.ToArray();
        var text = Encoding.ASCII.GetString(file);
        if (!PemEncoding.TryFind(text, out var fields)) throw new FormatException("it begins like PEM and is not");
        if (text[fields.Label] is not ("PKCS7" or "CMS")) throw new FormatException($"the PEM label is '{text[fields.Label]}', not PKCS7 or CMS");
        return Convert.FromBase64String(text[fields.Base64Data]);
    }
}
