namespace Evidence.Core.Chain;

/// <summary>The reading side of <see cref="Rlp"/>.</summary>
internal static class RlpReader
{
    private const int MaxDepth = 64;

    /// <summary>An item may take one byte of the encoding, and some hundred in memory.</summary>
    private const int MaxItems = 1 << 16;

    internal static RlpItem ReadWhole(ReadOnlyMemory<byte> encoded)
    {
        var left = MaxItems;
        var item = ReadFirst(encoded, 0, ref left);
        if (item.Raw.Length != encoded.Length)
            throw new FormatException($"{encoded.Length - item.Raw.Length} bytes follow the RLP item.");
        return item;
    }

    private static RlpItem ReadFirst(ReadOnlyMemory<byte> from, int depth, ref int left)
    {
        if (--left < 0) throw new FormatException($"There are more than {MaxItems} RLP items.");
        if (depth > MaxDepth) throw new FormatException($"RLP is nested deeper than {MaxDepth}.");
        if (from.IsEmpty) throw new FormatException("An RLP item was expected, the bytes end.");
        var first = from.Span[0];
        var (header, length) = first switch
        {
            < 0x80 => (0, 1),
            <= 0xb7 => (1, first - 0x80),
            < 0xc0 => LongLength(from.Span, first - 0xb7),
            <= 0xf7 => (1, first - 0xc0),
            _ => LongLength(from.Span, first - 0xf7),
        };
        if (length > from.Length - header) throw new FormatException($"An RLP item of {length} bytes does not fit into the {from.Length - header} that are left.");
        var payload = from.Slice(header, length);
        var raw = from[..(header + length)];
        return first >= 0xc0 ? new RlpItem(raw, default, ReadItems(payload, depth, ref left)) : ReadString(raw, payload, header);
    }

    private static RlpItem ReadString(ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> payload, int header)
    {
        if (header == 1 && payload.Length == 1 && payload.Span[0] < 0x80) throw new FormatException("RLP is not canonical: a single byte below 0x80 stands for itself.");
        return new RlpItem(raw, payload, null);
    }

    private static List<RlpItem> ReadItems(ReadOnlyMemory<byte> payload, int depth, ref int left)
    {
        var items = new List<RlpItem>();
        while (!payload.IsEmpty)
        {
            var item = ReadFirst(payload, depth + 1, ref left);
            items.Add(item);
            payload = payload[item.Raw.Length..];
        }

        return items;
    }

    private static (int Header, int Length) LongLength(ReadOnlySpan<byte> from, int sizeOfLength)
    {
        if (sizeOfLength > from.Length - 1) throw new FormatException("An RLP length is cut off.");
        var bytes = from.Slice(1, sizeOfLength);
        if (bytes[0] == 0) throw new FormatException("RLP is not canonical: a length begins with zero.");
        long length = 0;
        foreach (var digit in bytes)
        {
            length = (length << 8) | digit;
            if (length > int.MaxValue) throw new FormatException("An RLP length exceeds what can be held.");
        }

        if (length <= 55) throw new FormatException("RLP is not canonical: a long form is used for a short item.");
        return (1 + sizeOfLength, (int)length);
    }
}
