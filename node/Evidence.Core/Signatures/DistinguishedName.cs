using System.Formats.Asn1;
using System.Text;

namespace Evidence.Core.Signatures;

/// <summary>A name in a certificate (RFC 5280, section 4.1.2.4): attribute types and texts, in their order.</summary>
internal sealed record DistinguishedName(IReadOnlyList<(string Oid, string Text)> Parts)
{
    private static readonly Encoding Utf8 = new UTF8Encoding(false, true), Utf16 = new UnicodeEncoding(true, false, true), Utf32 = new UTF32Encoding(true, false, true);

    /// <summary>For people.</summary>
    internal string Text => string.Join(", ", Parts.Select(static part => $"{(part.Oid == "2.5.4.3" ? "CN" : part.Oid)}={part.Text}"));

    /// <summary>By which names are compared: without regard to the case of ASCII letters and to how many spaces (RFC 5280, section 7.1, in brief).</summary>
    internal string Comparable => string.Join('\n', Parts.Select(static part => $"{part.Oid}={string.Join(' ', Lower(part.Text).Split([' ', '\t', '\n', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries))}"));

    /// <exception cref="AsnContentException">It is of another form.</exception>
    internal static DistinguishedName Read(AsnReader reader)
    {
        var parts = new List<(string, string)>();
        for (var names = reader.ReadSequence(); names.HasData;)
        {
            // DER sorts the attributes of one set, and certificates that do not are in use.
            var set = names.ReadSetOf(skipSortOrderValidation: true);
            do parts.Add(ReadAttribute(set.ReadSequence()));
            while (set.HasData);
        }

        return new(parts);
    }

    private static (string, string) ReadAttribute(AsnReader fields)
    {
        var oid = fields.ReadObjectIdentifier();
        var text = ReadText(fields);
        fields.ThrowIfNotEmpty();
        return (oid, text);
    }

    /// <summary>Strings of the narrower alphabets hold other characters in certificates that are in use, so those are not looked at.</summary>
    private static string ReadText(AsnReader fields)
    {
        var tag = fields.PeekTag();
        if (tag == Asn1Tag.PrimitiveBitString) return Convert.ToHexString(fields.ReadBitString(out _));
        if (tag.IsConstructed || tag.TagClass != TagClass.Universal) throw new AsnContentException("A name is not written in a string.");
        var content = fields.PeekContentBytes();
        fields.ReadEncodedValue();
        return (UniversalTagNumber)tag.TagValue switch
        {
            UniversalTagNumber.UTF8String => Decode(Utf8, content),
            UniversalTagNumber.BMPString => Decode(Utf16, content) is var text && !text.Any(char.IsSurrogate) ? text : throw new AsnContentException("A name has half a character."),
            UniversalTagNumber.UniversalString => Decode(Utf32, content),
            UniversalTagNumber.NumericString or UniversalTagNumber.PrintableString or UniversalTagNumber.T61String or UniversalTagNumber.IA5String => Encoding.Latin1.GetString(content.Span),
            _ => throw new AsnContentException("A name is not written in a string."),
        };
    }

    private static string Decode(Encoding encoding, ReadOnlyMemory<byte> content)
    {
        try
        {
            return encoding.GetString(content.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new AsnContentException("A name is not of the characters that its string says.", e);
        }
    }

    private static string Lower(string text) => string.Concat(text.Select(static c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
}
