using System.Formats.Asn1;

namespace Evidence.Core.Signatures;

/// <summary>The extensions of a certificate that say which key it is and what that may do (RFC 5280, section 4.2.1).</summary>
/// <param name="KeyId">The subject's key identifier; null for none.</param>
/// <param name="KeyUsage">The bits of the key usage; null for none, and then every use is allowed.</param>
internal sealed record CertificateExtensions(ReadOnlyMemory<byte>? KeyId, byte[]? KeyUsage)
{
    private const string KeyIdOid = "2.5.29.14", KeyUsageOid = "2.5.29.15", BasicConstraintsOid = "2.5.29.19";
    private const int MaxKeyUsageBytes = 2;
    private const byte DigitalSignature = 0x80, NonRepudiation = 0x40, CertSign = 0x04;

    internal static CertificateExtensions None { get; } = new(null, null);

    internal bool MaySign => Allows(DigitalSignature | NonRepudiation);

    internal bool MayIssue => Allows(CertSign);

    /// <exception cref="AsnContentException">They are of another form.</exception>
    internal static CertificateExtensions Read(AsnReader wrapped)
    {
        var list = wrapped.ReadSequence();
        wrapped.ThrowIfNotEmpty();
        var values = new Dictionary<string, ReadOnlyMemory<byte>>();
        do
        {
            var (oid, value) = ReadOne(list.ReadSequence());
            if (!values.TryAdd(oid, value)) throw new AsnContentException($"A certificate has the extension {oid} twice.");
        }
        while (list.HasData);
        Value(values, BasicConstraintsOid, ReadBasicConstraints);
        return new(Value(values, KeyIdOid, static reader => (ReadOnlyMemory<byte>?)reader.ReadOctetString()), Value(values, KeyUsageOid, ReadKeyUsage));
    }

    private bool Allows(int uses) => KeyUsage is null || (KeyUsage.FirstOrDefault() & uses) != 0;

    private static (string Oid, ReadOnlyMemory<byte> Value) ReadOne(AsnReader fields)
    {
        var oid = fields.ReadObjectIdentifier();
        if (fields.PeekTag() == Asn1Tag.Boolean) fields.ReadBoolean();
        var value = fields.ReadOctetString();
        fields.ThrowIfNotEmpty();
        return (oid, value);
    }

    private static T? Value<T>(Dictionary<string, ReadOnlyMemory<byte>> values, string oid, Func<AsnReader, T> read)
    {
        if (!values.TryGetValue(oid, out var encoded)) return default;
        EncodedForm.Require(encoded.Span, AsnEncodingRules.DER);
        var reader = new AsnReader(encoded, AsnEncodingRules.DER);
        var value = read(reader);
        reader.ThrowIfNotEmpty();
        return value;
    }

    private static byte[] ReadKeyUsage(AsnReader reader) =>
        reader.ReadBitString(out _) is { Length: <= MaxKeyUsageBytes } bits ? bits : throw new AsnContentException("A key usage has bits that no standard names.");

    /// <summary>What they say is the framework's to judge.</summary>
    private static bool ReadBasicConstraints(AsnReader reader)
    {
        var fields = reader.ReadSequence();
        var isAuthority = fields.HasData && fields.PeekTag() == Asn1Tag.Boolean && fields.ReadBoolean();
        if (fields.HasData && fields.ReadInteger().Sign < 0) throw new AsnContentException("The length of a path is negative.");
        fields.ThrowIfNotEmpty();
        return isAuthority;
    }
}
