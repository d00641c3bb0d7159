using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>One signer of a CMS (RFC 5652, section 5.3).</summary>
/// <param name="KeyId">The key identifier that names the certificate; null where issuer and serial number do.</param>
/// <param name="Issuer">The name of the certificate's issuer, encoded.</param>
/// <param name="Serial">The certificate's serial number, the content of its integer.</param>
/// <param name="Digest">Over the content and over the attributes.</param>
/// <param name="Attributes">The signed attributes; null when there are none.</param>
/// <param name="Algorithm">Of the signature.</param>
/// <param name="Value">The signature.</param>
internal sealed record CmsSignerInfo(
    ReadOnlyMemory<byte>? KeyId, ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> Serial, AlgorithmIdentifier Digest, CmsSignedAttributes? Attributes, AlgorithmIdentifier Algorithm, byte[] Value)
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0), Context1 = new(TagClass.ContextSpecific, 1);

    /// <exception cref="AsnContentException">It is of another form.</exception>
    internal static CmsSignerInfo Read(AsnReader fields, string contentType)
    {
        var version = fields.ReadInteger();
        var byKeyId = fields.PeekTag().HasSameClassAndValue(Context0);
        if (version != (byKeyId ? 3 : 1)) throw new AsnContentException("The version of a signer does not fit its identifier.");
        // Not a bare null: it would become empty memory, by way of a null array.
        var keyId = byKeyId ? Primitive(fields, Context0) : default(ReadOnlyMemory<byte>?);
        var (issuer, serial) = byKeyId ? default : ReadIssuerAndSerial(fields.ReadSequence());
        var digest = AlgorithmIdentifier.Read(fields);
        var attributes = CmsSignedAttributes.Read(fields, contentType);
        var (algorithm, value) = (AlgorithmIdentifier.Read(fields), Primitive(fields, Asn1Tag.PrimitiveOctetString).ToArray());
        if (fields.HasData) CmsAttribute.ReadSet(fields, Context1);
        fields.ThrowIfNotEmpty();
        return new(keyId, issuer, serial, digest, attributes, algorithm, value);
    }

    /// <summary>Whether the certificate is the one that the signer names. Names are compared by their bytes: a CMS has the issuer's from the certificate.</summary>
    internal bool Names(X509Certificate2 certificate)
    {
        var fields = CertificateFields.Of(certificate);
        if (KeyId is { } keyId) return fields.Extensions.KeyId is { } other && other.Span.SequenceEqual(keyId.Span);
        return Issuer.Span.SequenceEqual(fields.EncodedIssuer.Span) && Serial.Span.SequenceEqual(fields.Serial.Span);
    }

    private static (ReadOnlyMemory<byte>, ReadOnlyMemory<byte>) ReadIssuerAndSerial(AsnReader fields)
    {
        var issuer = fields.PeekEncodedValue();
        DistinguishedName.Read(fields);
        var serial = fields.ReadIntegerBytes();
        fields.ThrowIfNotEmpty();
        return (issuer, serial);
    }

    /// <summary>In one piece, which BER leaves open.</summary>
    private static ReadOnlyMemory<byte> Primitive(AsnReader fields, Asn1Tag tag) =>
        fields.TryReadPrimitiveOctetString(out var content, tag) ? content : throw new AsnContentException("A string of bytes is in pieces.");
}
