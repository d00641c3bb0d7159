using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>The filter of eth_getLogs that finds one anchor in the block that the contract names.</summary>
internal static class AnchorFilter
{
    internal static JsonObject Of(string contract, Digest logId, ulong size, ulong blockNumber) => new()
    {
        ["address"] = contract,
        ["fromBlock"] = Hex.Quantity(blockNumber),
        ["toBlock"] = Hex.Quantity(blockNumber),
        ["topics"] = new JsonArray(Hex.Data(AnchoredEvent.Topic), Hex.Data(logId.ToArray()), Hex.Data(AbiValue.Uint(size).Encoding)),
    };
}
