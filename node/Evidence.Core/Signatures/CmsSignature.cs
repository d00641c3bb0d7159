using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evidence.Core.Signatures;

/// <summary>CMS SignedData (RFC 5652, section 5). Several signers: all must pass, and the worst of them is the answer.</summary>
internal static class CmsSignature
{
    internal static SignatureCheck Check(
        ReadOnlySpan<byte> file, X509Certificate2Collection certificates, ContentDigests content, X509Certificate2Collection roots, DateTimeOffset at)
    {
        try
        {
            var der = FromPem(file);
            if (!CmsFields.AreWithinLimits(der))
                return SignatureCheck.Failed(SubIndications.FormatFailure, "", $"The CMS has more than {SignatureLimits.MaxSigners} signers or {SignatureLimits.MaxCertificates} certificates.");
            var cms = new SignedCms();
            cms.Decode(der);
            if (cms.SignerInfos.Count == 0) return SignatureCheck.Failed(SubIndications.FormatFailure, "", "The CMS holds no signature.");
            if (cms.SignerInfos.Cast<SignerInfo>().Any(static signer => signer.Version != VersionOf(signer)))
                return SignatureCheck.Failed(SubIndications.FormatFailure, "", "The version of a signer does not fit its identifier.");
            if (cms.ContentInfo.Content.Length > 0 && Digest.Of(cms.ContentInfo.Content) != content.Sha256)
                return SignatureCheck.Failed(SubIndications.HashFailure, "", "The CMS carries content of its own, and it is not the content that it is to sign.");
            return Worst(cms, der, certificates, content, roots, at);
        }
        catch (Exception e) when (MalformedInput.Explains(e))
        {
            return SignatureCheck.Failed(SubIndications.FormatFailure, "", $"The bytes are not CMS SignedData that can be read: {e.Message}");
        }
    }

    /// <summary>1 for an issuer and a serial number, 3 for a key identifier (RFC 5652, section 5.3).</summary>
    private static int VersionOf(SignerInfo signer) => signer.SignerIdentifier.Type == SubjectIdentifierType.SubjectKeyIdentifier ? 3 : 1;

    private static SignatureCheck Worst(
        SignedCms cms, byte[] der, X509Certificate2Collection certificates, ContentDigests content, X509Certificate2Collection roots, DateTimeOffset at)
    {
        var all = new X509Certificate2Collection(certificates);
        all.AddRange(cms.Certificates);
        var checks = cms.SignerInfos.Cast<SignerInfo>()
            .Select((signer, index) => CmsSignerCheck.Check(signer, () => CmsPssParameters.Read(der, index), cms.ContentInfo.ContentType, all, content, roots, at));
        return checks.OrderByDescending(Badness).First();
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
