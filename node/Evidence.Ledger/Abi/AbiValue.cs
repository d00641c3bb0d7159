using System.Numerics;
using System.Text;

namespace Evidence.Ledger.Abi;

/// <summary>
/// One argument in the contract ABI (Solidity documentation, "Contract ABI Specification", formal specification of the encoding).
/// A static value is one word of 32 bytes in place; a dynamic one stands behind the heads, which hold its offset.
/// </summary>
internal readonly record struct AbiValue(bool IsDynamic, byte[] Encoding)
{
    private const int Word = 32;

    internal static AbiValue Uint(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new AbiValue(false, [.. new byte[Word - bytes.Length], .. bytes]);
    }

    /// <summary>bytes1 to bytes32: left-aligned.</summary>
    internal static AbiValue FixedBytes(ReadOnlySpan<byte> bytes) => new(false, [.. bytes, .. new byte[Word - bytes.Length]]);

    internal static AbiValue Address(ReadOnlySpan<byte> address) => new(false, [.. new byte[Word - address.Length], .. address]);

    internal static AbiValue Bytes(ReadOnlySpan<byte> bytes) =>
        new(true, [.. Uint(bytes.Length).Encoding, .. bytes, .. new byte[(Word - bytes.Length % Word) % Word]]);

    internal static AbiValue Text(string text) => Bytes(Encoding8.GetBytes(text));

    /// <summary>A list of static values of any length.</summary>
    internal static AbiValue List(IEnumerable<AbiValue> values)
    {
        byte[][] words = [.. values.Select(value => value.Encoding)];
        return new AbiValue(true, [.. Uint(words.Length).Encoding, .. words.SelectMany(word => word)]);
    }

    /// <summary>The arguments of a call: heads, then what they point to.</summary>
    internal static byte[] EncodeAll(params ReadOnlySpan<AbiValue> values)
    {
        List<byte> heads = [], tails = [];
        foreach (var value in values)
        {
            heads.AddRange(value.IsDynamic ? Uint(values.Length * Word + tails.Count).Encoding : value.Encoding);
            if (value.IsDynamic) tails.AddRange(value.Encoding);
        }
        return [.. heads, .. tails];
    }

    private static readonly UTF8Encoding Encoding8 = new(false, true);
}
