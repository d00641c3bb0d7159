using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Evidence.Core.Signatures;

/// <summary>The signed attributes of a CMS signer (RFC 5652, sections 5.3 and 11).</summary>
/// <param name="All">All of them, in the file's order.</param>
/// <param name="MessageDigest">The digest of the content.</param>
internal sealed record CmsSignedAttributes(IReadOnlyList<CmsAttribute> All, ReadOnlyMemory<byte> MessageDigest)
{
    private const string ContentTypeOid = "1.2.840.113549.1.9.3", MessageDigestOid = "1.2.840.113549.1.9.4";
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);

    /// <summary>Null when the signer has none.</summary>
    /// <exception cref="AsnContentException">They are not in DER, or lack the one content type, that of what was signed, and the one message digest that they must have.</exception>
    internal static CmsSignedAttributes? Read(AsnReader fields, string contentType)
    {
        if (!fields.PeekTag().HasSameClassAndValue(Context0)) return null;
        EncodedForm.Require(fields.PeekContentBytes().Span, AsnEncodingRules.DER);
        var all = CmsAttribute.ReadSet(fields, Context0);
        if (Single(all, ContentTypeOid).ReadObjectIdentifier() != contentType) throw new AsnContentException("The signed attributes are for another type of content.");
        return new(all, Single(all, MessageDigestOid).ReadOctetString());
    }

    /// <summary>What is signed is the digest of the DER SET OF the attributes, whatever their order in the file (RFC 5652, section 5.4).</summary>
    internal byte[] Hash(HashAlgorithmName hash)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            foreach (var attribute in All) attribute.Write(writer);
        }

        return CryptographicOperations.HashData(hash, writer.Encode());
    }

    private static AsnReader Single(List<CmsAttribute> all, string oid) => all.Where(attribute => attribute.Oid == oid).ToList() is [{ Values: [var value] }]
        ? new AsnReader(value, AsnEncodingRules.DER)
        : throw new AsnContentException("The signed attributes lack the one content type and the one message digest that they must have.");
}
