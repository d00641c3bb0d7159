using System.Formats.Asn1;

namespace Evidence.Core.Signatures;

/// <summary>An algorithm as certificates and CMS name it (RFC 5280, section 4.1.1.2).</summary>
/// <param name="Oid">Its object identifier.</param>
/// <param name="Parameters">NULL, an object identifier or a sequence, encoded; null for none.</param>
internal sealed record AlgorithmIdentifier(string Oid, ReadOnlyMemory<byte>? Parameters)
{
    /// <summary>Whether there are none, or those that say nothing.</summary>
    internal bool HasNoParameters => Parameters is not { } parameters || parameters.Span is [0x05, 0x00];

    /// <exception cref="AsnContentException">It is of another form.</exception>
    internal static AlgorithmIdentifier Read(AsnReader reader)
    {
        var fields = reader.ReadSequence();
        var oid = fields.ReadObjectIdentifier();
        if (!fields.HasData) return new(oid, null);
        var parameters = fields.PeekEncodedValue();
        if (fields.PeekTag() == Asn1Tag.Null) fields.ReadNull();
        else if (fields.PeekTag() == Asn1Tag.ObjectIdentifier) fields.ReadObjectIdentifier();
        else fields.ReadSequence();
        fields.ThrowIfNotEmpty();
        return new(oid, parameters);
    }
}
