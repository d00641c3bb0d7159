using System.Text.Json;
using Evidence.Core.Chain;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>Rebuilds a block's header from the JSON-RPC block object and holds it to the hash that the same object states.</summary>
internal static class BlockJson
{
    private static readonly HashSet<string> Integers =
        ["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"];

    /// <exception cref="LedgerMismatchException">The header's Keccak-256 is not the stated hash.</exception>
    /// <exception cref="FormatException">A field is missing or malformed.</exception>
    internal static BlockHeader Header(JsonElement block)
    {
        var header = BlockHeader.FromFields([.. Fields(block)]);
        var stated = block.Bytes("hash", 32);
        return header.Hash.AsSpan().SequenceEqual(stated)
            ? header
            : throw new LedgerMismatchException($"the hash of block {header.Number}", Hex.Data(header.Hash) + " (of its header)", Hex.Data(stated));
    }

    /// <summary>Forks only ever add fields at the end: the first that is absent ends the header.</summary>
    private static IEnumerable<byte[]> Fields(JsonElement block)
    {
        foreach (var name in BlockHeader.FieldNames)
        {
            if (block.Field(name) is not { } value) yield break;
            var text = value.AsText(name);
            yield return Integers.Contains(name) ? Hex.ParseInteger(text) : Hex.ParseData(text);
        }
    }
}
