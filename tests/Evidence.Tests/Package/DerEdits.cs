using System.Formats.Asn1;

namespace Evidence.Tests.Package;

/// <summary>Changes of one value in DER, at any depth, with the lengths around it made to fit: readers have to judge what is said, not that it cannot be read.</summary>
internal sealed class DerEdits(Random random)
{
    private static readonly byte[] Tags = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x18, 0x30, 0x31, 0x80, 0xa0, 0xa1];

    /// <summary>The value with one change; bytes that are not DER are given back as they are.</summary>
    internal byte[] Edit(byte[] encoded)
    {
        try
        {
            return Changed(encoded);
        }
        catch (AsnContentException)
        {
            return encoded;
        }
    }

    private byte[] Changed(byte[] encoded)
    {
        var items = IsConstructed(encoded) ? Split(Content(encoded)) : [];
        return items.Count == 0 ? Value(encoded) : random.Next(12) == 0 ? Wrapped(encoded[0], Arranged(items)) : Inner(encoded, items);
    }

    /// <summary>Long values are more often the one that is changed: they hold the most others.</summary>
    private byte[] Inner(byte[] encoded, List<byte[]> items)
    {
        var i = random.Next(items.Count);
        if (random.Next(2) == 0) i = items.FindIndex(item => item.Length == items.Max(static other => other.Length));
        items[i] = Changed(items[i]);
        return Wrapped(encoded[0], items);
    }

    private List<byte[]> Arranged(List<byte[]> items)
    {
        var (i, j) = (random.Next(items.Count), random.Next(items.Count));
        switch (random.Next(3))
        {
            case 0: items.RemoveAt(i); break;
            case 1: items.Insert(j, items[i]); break;
            default: (items[i], items[j]) = (items[j], items[i]); break;
        }

        return items;
    }

    private byte[] Value(byte[] encoded)
    {
        var content = Content(encoded);
        switch (random.Next(6))
        {
            case 0: return Wrapped(Tags[random.Next(Tags.Length)], [content]);
            case 1: return Wrapped(encoded[0], []);
            case 2: return Wrapped(encoded[0], [content, [(byte)random.Next(256)]]);
            case 3: return Wrapped(encoded[0], [[0], content]);
            case 4: return [encoded[0], 0x81, (byte)content.Length, .. content];
            default:
                if (content.Length > 0) content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
                return Wrapped(encoded[0], [content]);
        }
    }

    private static bool IsConstructed(byte[] encoded) => (encoded[0] & 0x20) != 0;

    private static byte[] Content(byte[] encoded)
    {
        AsnDecoder.ReadEncodedValue(encoded, AsnEncodingRules.BER, out var offset, out var length, out _);
        return encoded[offset..(offset + length)];
    }

    private static List<byte[]> Split(byte[] content)
    {
        var items = new List<byte[]>();
        for (var rest = content; rest.Length > 0;)
        {
            AsnDecoder.ReadEncodedValue(rest, AsnEncodingRules.BER, out _, out _, out var consumed);
            items.Add(rest[..consumed]);
            rest = rest[consumed..];
        }

        return items;
    }

    private static byte[] Wrapped(byte tag, IReadOnlyList<byte[]> items)
    {
        byte[] content = [.. items.SelectMany(static item => item)];
        return content.Length switch
        {
            < 0x80 => [tag, (byte)content.Length, .. content],
            < 0x100 => [tag, 0x81, (byte)content.Length, .. content],
            < 0x10000 => [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content],
            _ => [tag, 0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content],
        };
    }
}
