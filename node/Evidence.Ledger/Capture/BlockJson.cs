using System.Text.Json;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>Rebuilds a block's header from the JSON-RPC block object and holds it to the hash that the same object states.</summary>
internal static class BlockJson
{
    private static readonly HashSet<string> Integers =
        ["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"];

    /// <exception cref="LedgerMismatchException">The header does not have the stated hash.</exception>
    /// <exception cref="FormatException">A field is missing or malformed.</exception>
    internal static BlockHeader Header(JsonElement block, string consensus)
    {
        var header = BlockHeader.FromFields([.. Fields(block)]);
        var stated = block.Bytes("hash", 32);
        var hash = BlockHash.Of(header, consensus);
        return hash.AsSpan().SequenceEqual(stated)
            ? header
            : throw new LedgerMismatchException($"the hash of block {header.Number}", $"{Hex.Data(hash)} (of its header, consensus {consensus})", Hex.Data(stated));
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
