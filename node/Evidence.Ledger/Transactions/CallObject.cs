using System.Text.Json.Nodes;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Transactions;

/// <summary>The call object of eth_call and eth_estimateGas.</summary>
internal static class CallObject
{
    internal static JsonObject Of(string to, byte[] data) => new() { ["to"] = to, ["data"] = Hex.Data(data) };

    /// <summary>An empty <paramref name="to"/> is a deployment: the field is left out.</summary>
    internal static JsonObject Of(OperatorKey from, byte[] to, byte[] data)
    {
        var call = new JsonObject { ["from"] = from.Address, ["data"] = Hex.Data(data) };
        if (to.Length > 0) call["to"] = Hex.Data(to);
        return call;
    }
}
