using System.Numerics;

namespace Evidence.Core.Chain;

/// <summary>Recursive Length Prefix (Ethereum Yellow Paper, appendix B), strict: exactly one encoding of every value is accepted.</summary>
public static class Rlp
{
    /// <summary>Reads one item that fills <paramref name="encoded"/> exactly.</summary>
    /// <exception cref="FormatException">Not canonical RLP, trailing bytes, or nested deeper than 64.</exception>
    public static RlpItem Decode(ReadOnlyMemory<byte> encoded) => throw new NotImplementedException();

    /// <summary>Encodes a byte string.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>Encodes a non-negative integer: big-endian, without leading zeros, zero as the empty string.</summary>
    public static byte[] Encode(ulong value) => throw new NotImplementedException();

    /// <summary>Encodes a non-negative integer of any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static byte[] Encode(BigInteger value) => throw new NotImplementedException();

    /// <summary>Encodes a list of items that are already encoded.</summary>
    public static byte[] EncodeList(IEnumerable<byte[]> encodedItems) => throw new NotImplementedException();
}
