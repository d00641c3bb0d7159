using System.Text;
using Evidence.Core.Crypto;

namespace Evidence.Ledger.Abi;

/// <summary>Call data: the selector (first four bytes of Keccak-256 of the function's signature) and the encoded arguments.</summary>
internal static class FunctionCall
{
    internal static byte[] Selector(string signature) => Keccak256.Hash(Encoding.ASCII.GetBytes(signature))[..4];

    internal static byte[] Encode(string signature, params ReadOnlySpan<AbiValue> arguments) =>
        [.. Selector(signature), .. AbiValue.EncodeAll(arguments)];
}
