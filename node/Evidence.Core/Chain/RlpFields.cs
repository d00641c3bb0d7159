using System.Buffers.Binary;

namespace Evidence.Core.Chain;

/// <summary>Typed reading of RLP byte strings; the name of the field goes into the error.</summary>
internal static class RlpFields
{
    internal static byte[] Fixed(this RlpItem item, int length, string field)
    {
        if (item.IsList) throw new FormatException($"{field} is a list where {length} bytes were expected.");
        if (item.Bytes.Length != length) throw new FormatException($"{field} has {item.Bytes.Length} bytes, not {length}.");
        return item.Bytes.ToArray();
    }

    internal static ReadOnlyMemory<byte> Integer(this RlpItem item, int maxBytes, string field)
    {
        if (item.IsList) throw new FormatException($"{field} is a list where an integer was expected.");
        if (item.Bytes.Length > maxBytes) throw new FormatException($"{field} has {item.Bytes.Length} bytes, at most {maxBytes} are allowed.");
        if (item.Bytes is { Length: > 0, Span: [0, ..] }) throw new FormatException($"{field} begins with a zero byte: not canonical.");
        return item.Bytes;
    }

    internal static ulong UInt64(this RlpItem item, string field)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        var bytes = item.Integer(sizeof(ulong), field).Span;
        bytes.CopyTo(padded[(sizeof(ulong) - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    internal static ReadOnlyMemory<byte> Text(this RlpItem item, string field) =>
        item.IsList ? throw new FormatException($"{field} is a list where bytes were expected.") : item.Bytes;

    internal static IReadOnlyList<RlpItem> List(this RlpItem item, string field) =>
        item.IsList ? item.Items : throw new FormatException($"{field} is a byte string where a list was expected.");
}
