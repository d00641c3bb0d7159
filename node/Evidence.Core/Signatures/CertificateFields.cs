using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>
/// A certificate (RFC 5280, section 4.1), read in DER to the letter. What the platform's library accepts beyond that, and what it throws for when it is asked, is its own; a
/// verdict must not depend on the platform.
/// </summary>
internal sealed record CertificateFields(ReadOnlyMemory<byte> Serial, ReadOnlyMemory<byte> EncodedIssuer, DistinguishedName Issuer, DistinguishedName Subject, CertificateExtensions Extensions)
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0), Context1 = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Context2 = new(TagClass.ContextSpecific, 2), Context3 = new(TagClass.ContextSpecific, 3);
    private static readonly ConditionalWeakTable<X509Certificate2, CertificateFields> Known = [];

    internal bool IsSelfIssued => Subject.Comparable == Issuer.Comparable;

    /// <summary>Those of a certificate that was loaded; they are read once.</summary>
    internal static CertificateFields Of(X509Certificate2 certificate) => Known.GetValue(certificate, static loaded => Read(loaded.RawDataMemory));

    /// <exception cref="AsnContentException">The bytes are no certificate of this form.</exception>
    internal static CertificateFields Read(ReadOnlyMemory<byte> der)
    {
        EncodedForm.Require(der.Span, AsnEncodingRules.DER);
        var file = new AsnReader(der, AsnEncodingRules.DER);
        var parts = file.ReadSequence();
        file.ThrowIfNotEmpty();
        var signed = parts.ReadSequence();
        var algorithm = parts.PeekEncodedValue();
        AlgorithmIdentifier.Read(parts);
        ReadBytes(parts);
        parts.ThrowIfNotEmpty();
        return ReadSigned(signed, algorithm);
    }

    /// <summary>A bit string of whole bytes.</summary>
    internal static byte[] ReadBytes(AsnReader reader) =>
        reader.ReadBitString(out var unused) is var bytes && unused == 0 ? bytes : throw new AsnContentException("A string of bits is not one of whole bytes.");

    private static CertificateFields ReadSigned(AsnReader fields, ReadOnlyMemory<byte> algorithm)
    {
        var version = ReadVersion(fields);
        var serial = fields.ReadIntegerBytes();
        if (!fields.PeekEncodedValue().Span.SequenceEqual(algorithm.Span)) throw new AsnContentException("A certificate names two algorithms of its signature.");
        fields.ReadSequence();
        var encodedIssuer = fields.PeekEncodedValue();
        var issuer = DistinguishedName.Read(fields);
        ReadValidity(fields.ReadSequence());
        var subject = DistinguishedName.Read(fields);
        PublicKeyForm.Require(fields.ReadSequence());
        foreach (var tag in new[] { Context1, Context2 })
            if (version > 0 && Has(fields, tag)) fields.ReadBitString(out _, tag);
        var extensions = version == 2 && Has(fields, Context3) ? CertificateExtensions.Read(fields.ReadSequence(Context3)) : CertificateExtensions.None;
        fields.ThrowIfNotEmpty();
        return new(serial, encodedIssuer, issuer, subject, extensions);
    }

    private static int ReadVersion(AsnReader fields)
    {
        if (!Has(fields, Context0)) return 0;
        var wrapped = fields.ReadSequence(Context0);
        if (!wrapped.TryReadInt32(out var version) || version is < 0 or > 2) throw new AsnContentException("A certificate has no such version.");
        wrapped.ThrowIfNotEmpty();
        return version;
    }

    private static void ReadValidity(AsnReader fields)
    {
        for (var i = 0; i < 2; i++)
        {
            if (fields.PeekTag() == Asn1Tag.UtcTime) fields.ReadUtcTime();
            else if (fields.PeekContentBytes().Length == "YYYYMMDDHHMMSSZ".Length) fields.ReadGeneralizedTime();
            else throw new AsnContentException("A time in a certificate is malformed.");
        }

        fields.ThrowIfNotEmpty();
    }

    private static bool Has(AsnReader fields, Asn1Tag tag) => fields.HasData && fields.PeekTag().HasSameClassAndValue(tag);
}
