using System.Formats.Asn1;

namespace Evidence.Core.Signatures;

/// <summary>
/// A CMS SignedData (RFC 5652, sections 3 and 5.1), in BER. The framework's reader of CMS passes over what is not of the standard's form, and throws for some of it what
/// speaks of its own faults; so it is read here, to the letter.
/// </summary>
/// <param name="ContentType">The type of what was signed.</param>
/// <param name="Content">What it carries of it; empty when it is detached.</param>
/// <param name="Certificates">The certificates that it carries along, each as it stands there.</param>
/// <param name="Signers">Who signed.</param>
internal sealed record CmsSignedData(string ContentType, byte[] Content, IReadOnlyList<ReadOnlyMemory<byte>> Certificates, IReadOnlyList<CmsSignerInfo> Signers)
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0), Context1 = new(TagClass.ContextSpecific, 1);

    /// <exception cref="AsnContentException">The bytes are of another form.</exception>
    /// <exception cref="FormatException">They are something else than SignedData, or beyond a limit.</exception>
    internal static CmsSignedData Read(ReadOnlyMemory<byte> bytes)
    {
        EncodedForm.Require(bytes.Span, AsnEncodingRules.BER);
        var info = Only(new AsnReader(bytes, AsnEncodingRules.BER), static file => file.ReadSequence());
        if (info.ReadObjectIdentifier() != SignedData) throw new FormatException("the content is not SignedData");
        var fields = Only(Only(info, static rest => rest.ReadSequence(Context0)), static wrapped => wrapped.ReadSequence());
        if (fields.ReadInteger() is var version && version != 1 && version != 3 && version != 4 && version != 5) throw new FormatException($"SignedData has no version {version}");
        for (var digests = fields.ReadSetOf(); digests.HasData;) AlgorithmIdentifier.Read(digests);
        var (type, content) = ReadContent(fields.ReadSequence());
        var certificates = Has(fields, Context0) ? ReadCertificates(fields.ReadSetOf(Context0)) : [];
        if (Has(fields, Context1)) fields.ReadSetOf(Context1);
        return new(type, content, certificates, ReadSigners(Only(fields, static rest => rest.ReadSetOf()), type));
    }

    private static (string, byte[]) ReadContent(AsnReader fields)
    {
        var type = fields.ReadObjectIdentifier();
        return (type, fields.HasData ? Only(Only(fields, static rest => rest.ReadSequence(Context0)), static wrapped => wrapped.ReadOctetString()) : []);
    }

    /// <summary>Certificates in other forms than that of RFC 5280 (RFC 5652, section 10.2.2) are passed over.</summary>
    private static List<ReadOnlyMemory<byte>> ReadCertificates(AsnReader set)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        for (var count = 1; set.HasData; count++)
        {
            if (count > SignatureLimits.MaxCertificates) throw new FormatException($"it has more than {SignatureLimits.MaxCertificates} certificates");
            if (set.PeekTag() == Asn1Tag.Sequence) certificates.Add(set.ReadEncodedValue());
            else if (set.PeekTag() is { TagClass: TagClass.ContextSpecific, IsConstructed: true, TagValue: <= 3 }) set.ReadEncodedValue();
            else throw new FormatException("what stands among its certificates is none");
        }

        return certificates;
    }

    private static List<CmsSignerInfo> ReadSigners(AsnReader set, string contentType)
    {
        var signers = new List<CmsSignerInfo>();
        while (set.HasData)
        {
            if (signers.Count == SignatureLimits.MaxSigners) throw new FormatException($"it has more than {SignatureLimits.MaxSigners} signers");
            signers.Add(CmsSignerInfo.Read(set.ReadSequence(), contentType));
        }

        return signers;
    }

    private static bool Has(AsnReader fields, Asn1Tag tag) => fields.HasData && fields.PeekTag().HasSameClassAndValue(tag);

    /// <summary>The last value of the reader.</summary>
    private static T Only<T>(AsnReader reader, Func<AsnReader, T> read)
    {
        var value = read(reader);
        reader.ThrowIfNotEmpty();
        return value;
    }
}
