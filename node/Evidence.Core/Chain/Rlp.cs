using System.Buffers.Binary;
using System.Numerics;

namespace Evidence.Core.Chain;

/// <summary>Recursive Length Prefix (Ethereum Yellow Paper, appendix B), strict: exactly one encoding of every value is accepted.</summary>
public static class Rlp
{
    private const byte ShortString = 0x80, LongString = 0xb7, ShortList = 0xc0, LongList = 0xf7;
    private const int LongestShort = 55;

    /// <summary>Reads one item that fills <paramref name="encoded"/> exactly.</summary>
    /// <exception cref="FormatException">Not canonical RLP, trailing bytes, nested deeper than 64, or more than 65,536 items.</exception>
    public static RlpItem Decode(ReadOnlyMemory<byte> encoded) => RlpReader.ReadWhole(encoded);

    /// <summary>Encodes a byte string.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 1 && bytes[0] < ShortString ? [bytes[0]] : [.. Prefix(bytes.Length, ShortString, LongString), .. bytes];

    /// <summary>Encodes a non-negative integer: big-endian, without leading zeros, zero as the empty string.</summary>
    public static byte[] Encode(ulong value) => Encode(IntegerBytes(value));

    /// <summary>Encodes a non-negative integer of any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static byte[] Encode(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return Encode(value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>Encodes a list of items that are already encoded.</summary>
    public static byte[] EncodeList(IEnumerable<byte[]> encodedItems)
    {
        byte[] payload = [.. encodedItems.SelectMany(static item => item)];
        return [.. Prefix(payload.Length, ShortList, LongList), .. payload];
    }

    /// <summary>The big-endian bytes of an integer without leading zeros; none for zero.</summary>
    public static byte[] IntegerBytes(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes.TrimStart((byte)0).ToArray();
    }

    private static byte[] Prefix(int length, byte shortBase, byte longBase)
    {
        if (length <= LongestShort) return [(byte)(shortBase + length)];
        var size = IntegerBytes((ulong)length);
        return [(byte)(longBase + size.Length), .. size];
    }
}
