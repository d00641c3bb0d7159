using System.Text.Json;
using Evidence.Core.Chain;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>Rebuilds a receipt, as it stands in the receipts trie, from the JSON-RPC receipt object.</summary>
internal static class ReceiptJson
{
    /// <exception cref="FormatException">A field is missing or malformed.</exception>
    internal static Receipt Read(JsonElement receipt)
    {
        var type = receipt.Field("type") is { } value ? Hex.ParseQuantity(value.AsText("type")) : 0;
        if (type > 0x7f) throw new FormatException($"{type} is not an EIP-2718 transaction type.");
        return new Receipt(
            (byte)type,
            receipt.Field("status") is { } status ? Hex.ParseInteger(status.AsText("status")) : receipt.Bytes("root", 32),
            receipt.Quantity("cumulativeGasUsed"),
            receipt.Bytes("logsBloom", 256),
            [.. receipt.Items("logs").Select(ReadLog)]);
    }

    private static LogEntry ReadLog(JsonElement log) =>
        new(log.Bytes("address", 20), [.. log.Items("topics").Select(topic => Hex.ParseData(topic.AsText("topic"), 32))], log.Bytes("data"));
}
