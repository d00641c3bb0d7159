using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Evidence.Core.Signatures;

/// <summary>The parameters of RSASSA-PSS (RFC 4055, section 3.1).</summary>
internal static class PssParameters
{
    private const string Mgf1 = "1.2.840.113549.1.1.8";
    private static readonly Asn1Tag Hash = new(TagClass.ContextSpecific, 0), Mask = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Salt = new(TagClass.ContextSpecific, 2), Trailer = new(TagClass.ContextSpecific, 3);

    /// <summary>The digest that PSS uses; null where they are not of the one form that is verified: MGF1 of the same digest, and a salt as long as the digest.</summary>
    internal static HashAlgorithmName? DigestOf(ReadOnlyMemory<byte>? parameters)
    {
        try
        {
            return parameters is { } encoded ? Read(new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence()) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static HashAlgorithmName? Read(AsnReader fields)
    {
        var hash = Only(fields, Hash, HashOf, HashAlgorithmName.SHA1);
        var mask = Only(fields, Mask, MaskOf, HashAlgorithmName.SHA1);
        var salt = Only(fields, Salt, static reader => reader.ReadInteger(), 20);
        var trailer = Only(fields, Trailer, static reader => reader.ReadInteger(), 1);
        fields.ThrowIfNotEmpty();
        return hash is { } name && mask == hash && salt == SignatureAlgorithm.LengthOf(name) && trailer == 1 ? name : null;
    }

    private static HashAlgorithmName? HashOf(AsnReader reader) => SignatureAlgorithm.HashOf(AlgorithmIdentifier.Read(reader).Oid);

    private static HashAlgorithmName? MaskOf(AsnReader reader) =>
        AlgorithmIdentifier.Read(reader) is { Oid: Mgf1, Parameters: { } hash } ? HashOf(new AsnReader(hash, AsnEncodingRules.BER)) : null;

    /// <summary>The one value within a tag, or what its absence means.</summary>
    private static T Only<T>(AsnReader fields, Asn1Tag tag, Func<AsnReader, T> read, T absent)
    {
        if (!fields.HasData || !fields.PeekTag().HasSameClassAndValue(tag)) return absent;
        var inner = fields.ReadSequence(tag);
        var value = read(inner);
        inner.ThrowIfNotEmpty();
        return value;
    }
}
