using System.Formats.Asn1;

namespace Evidence.Core.Signatures;

/// <summary>Walks the fields of a CMS SignedData (RFC 5652, sections 3 and 5.1). A malformed one throws <see cref="AsnContentException"/>.</summary>
internal static class CmsFields
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);

    /// <summary>Whether it has no more certificates and signers than the limits: what is built of two bytes takes a hundred, so they are counted before.</summary>
    internal static bool AreWithinLimits(byte[] cms)
    {
        var fields = BehindContent(cms);
        if (fields.PeekTag().HasSameClassAndValue(Context0) && HasMore(fields.ReadSetOf(skipSortOrderValidation: true, Context0), SignatureLimits.MaxCertificates)) return false;
        return !HasMore(Signers(fields), SignatureLimits.MaxSigners);
    }

    /// <summary>The SignerInfos of a whole SignedData.</summary>
    internal static AsnReader Signers(byte[] cms) => Signers(BehindContent(cms));

    private static AsnReader Signers(AsnReader fields)
    {
        while (fields.PeekTag().TagClass == TagClass.ContextSpecific) fields.ReadEncodedValue();
        return fields.ReadSetOf(skipSortOrderValidation: true);
    }

    private static AsnReader BehindContent(byte[] cms)
    {
        var contentInfo = new AsnReader(cms, AsnEncodingRules.BER).ReadSequence();
        contentInfo.ReadObjectIdentifier();
        var signedData = contentInfo.ReadSequence(Context0).ReadSequence();
        signedData.ReadInteger();
        signedData.ReadSetOf(skipSortOrderValidation: true);
        signedData.ReadSequence();
        return signedData;
    }

    private static bool HasMore(AsnReader items, int limit)
    {
        for (var left = limit; items.HasData; left--)
        {
            if (left == 0) return true;
            items.ReadEncodedValue();
        }

        return false;
    }
}
