using System.Formats.Asn1;

namespace Evidence.Core.Signatures;

/// <summary>An attribute of a CMS signer (RFC 5652, section 5.3).</summary>
/// <param name="Oid">Its type.</param>
/// <param name="Values">Its values, encoded; at least one.</param>
internal sealed record CmsAttribute(string Oid, IReadOnlyList<ReadOnlyMemory<byte>> Values)
{
    /// <summary>Reads a set of attributes, which is not empty.</summary>
    /// <exception cref="AsnContentException">It is of another form.</exception>
    internal static List<CmsAttribute> ReadSet(AsnReader fields, Asn1Tag tag) => Items(fields.ReadSetOf(tag), static set => Read(set.ReadSequence()));

    internal void Write(AsnWriter writer)
    {
        using var sequence = writer.PushSequence();
        writer.WriteObjectIdentifier(Oid);
        using var values = writer.PushSetOf();
        foreach (var value in Values) writer.WriteEncodedValue(value.Span);
    }

    private static CmsAttribute Read(AsnReader fields)
    {
        var oid = fields.ReadObjectIdentifier();
        var values = Items(fields.ReadSetOf(), static set => set.ReadEncodedValue());
        fields.ThrowIfNotEmpty();
        return new(oid, values);
    }

    private static List<T> Items<T>(AsnReader set, Func<AsnReader, T> read)
    {
        var items = new List<T>();
        do items.Add(read(set));
        while (set.HasData);
        return items;
    }
}
