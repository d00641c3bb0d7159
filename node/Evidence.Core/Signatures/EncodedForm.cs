using System.Formats.Asn1;

namespace Evidence.Core.Signatures;

/// <summary>
/// What readers of ASN.1 (X.690) leave to each other is settled here for every depth, before anything is read: two verifiers must read the same out of the same bytes. The
/// specification of the package states it.
/// </summary>
internal static class EncodedForm
{
    private const int MaxDepth = 64;
    private const byte Constructed = 0x20, NumberInTag = 0x1f, LongestLength = 0x84;

    /// <summary>Sees that the bytes are values in BER, or in DER with its lengths, and each value inside them is.</summary>
    /// <exception cref="AsnContentException">They are not.</exception>
    internal static void Require(ReadOnlySpan<byte> values, AsnEncodingRules rules, int depth = 0)
    {
        while (!values.IsEmpty)
        {
            if (depth > MaxDepth) throw new AsnContentException($"ASN.1 is nested deeper than {MaxDepth}.");
            RequireHeader(values);
            AsnDecoder.ReadEncodedValue(values, rules, out var offset, out var length, out var consumed);
            if ((values[0] & Constructed) != 0) Require(values.Slice(offset, length), rules, depth + 1);
            values = values[consumed..];
        }
    }

    private static void RequireHeader(ReadOnlySpan<byte> value)
    {
        if ((value[0] & NumberInTag) == NumberInTag) throw new AsnContentException("An ASN.1 tag has several bytes, which nothing here has.");
        if ((value[0] & ~Constructed) == 0) throw new AsnContentException("A mark of the end stands where an ASN.1 value belongs.");
        if (value.Length > 1 && value[1] > LongestLength) throw new AsnContentException("An ASN.1 length has more than four bytes.");
    }
}
