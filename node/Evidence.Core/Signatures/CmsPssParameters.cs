using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Evidence.Core.Signatures;

/// <summary>
/// Reads the RSASSA-PSS parameters of a signer (RFC 4055, section 3.1), which the framework's SignerInfo does not show. A malformed one throws
/// <see cref="AsnContentException"/>.
/// </summary>
internal static class CmsPssParameters
{
    private const string Mgf1 = "1.2.840.113549.1.1.8";
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0), Context1 = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Context2 = new(TagClass.ContextSpecific, 2), Context3 = new(TagClass.ContextSpecific, 3);

    /// <summary>The digest that PSS uses; null when the parameters are of a form that the framework cannot verify (another MGF digest or salt length).</summary>
    internal static HashAlgorithmName? Read(byte[] cms, int signerIndex)
    {
        var algorithm = SignatureAlgorithmOf(cms, signerIndex);
        algorithm.ReadObjectIdentifier();
        if (!algorithm.HasData) return null;
        var parameters = algorithm.ReadSequence();
        var hash = HashName(Tagged(parameters, Context0));
        var mask = Tagged(parameters, Context1)?.ReadSequence();
        if (mask is null || mask.ReadObjectIdentifier() != Mgf1 || HashName(mask) != hash || hash is not { } name) return null;
        var salt = Tagged(parameters, Context2)?.ReadInteger() ?? 20;
        var trailer = Tagged(parameters, Context3)?.ReadInteger() ?? 1;
        return salt == SignatureAlgorithm.LengthOf(name) && trailer == 1 ? name : null;
    }

    /// <summary>A missing digest means SHA-1 (RFC 4055).</summary>
    private static HashAlgorithmName? HashName(AsnReader? reader) =>
        reader is null ? HashAlgorithmName.SHA1 : SignatureAlgorithm.HashOf(reader.ReadSequence().ReadObjectIdentifier());

    private static AsnReader? Tagged(AsnReader reader, Asn1Tag tag) =>
        reader.HasData && reader.PeekTag().HasSameClassAndValue(tag) ? reader.ReadSequence(tag) : null;

    /// <summary>SignerInfo, signatureAlgorithm (RFC 5652, section 5.3).</summary>
    private static AsnReader SignatureAlgorithmOf(byte[] cms, int signerIndex)
    {
        var signers = CmsFields.Signers(cms);
        for (var i = 0; i < signerIndex; i++) signers.ReadEncodedValue();
        var signer = signers.ReadSequence();
        signer.ReadInteger();
        signer.ReadEncodedValue();
        signer.ReadSequence();
        if (signer.PeekTag().TagClass == TagClass.ContextSpecific) signer.ReadEncodedValue();
        return signer.ReadSequence();
    }
}
