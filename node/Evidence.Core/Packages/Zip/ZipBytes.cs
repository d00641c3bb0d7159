using System.Buffers.Binary;
using System.Text;

namespace Evidence.Core.Packages.Zip;

/// <summary>Writes little-endian fields one after the other.</summary>
internal sealed class ZipBytes
{
    private readonly List<byte> _bytes = new(128);

    internal ZipBytes U16(int value)
    {
        Span<byte> field = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(field, checked((ushort)value));
        return Add(field);
    }

    internal ZipBytes U32(uint value)
    {
        Span<byte> field = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(field, value);
        return Add(field);
    }

    internal ZipBytes U64(long value)
    {
        Span<byte> field = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(field, value);
        return Add(field);
    }

    internal ZipBytes Text(string text) => Add(Encoding.Latin1.GetBytes(text));

    internal byte[] ToArray() => [.. _bytes];

    private ZipBytes Add(ReadOnlySpan<byte> field)
    {
        _bytes.AddRange(field);
        return this;
    }
}
