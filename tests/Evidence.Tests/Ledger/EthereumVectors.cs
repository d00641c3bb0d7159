using System.Text.Json.Nodes;
using Evidence.Core.Chain;

namespace Evidence.Tests.Ledger;

/// <summary>Published Ethereum test data, and the JSON-RPC forms of headers and receipts in it.</summary>
internal static class EthereumVectors
{
    internal static JsonObject Load(params string[] path) => (JsonObject)JsonNode.Parse(File.ReadAllText(Vectors.PathOf(["ethereum", .. path])))!;

    /// <summary>The result in a recorded JSON-RPC exchange.</summary>
    internal static JsonNode? Rpc(string method, string file)
    {
        var answer = File.ReadLines(Vectors.PathOf("ethereum", "rpc", method, file)).Single(static line => line.StartsWith("<<", StringComparison.Ordinal));
        return JsonNode.Parse(answer[2..])!["result"];
    }

    /// <summary>Hexadecimal with 0x, which some vectors leave out.</summary>
    internal static byte[] Bytes(JsonNode? hex) => (string)hex! is var text && text.StartsWith("0x", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(2)) : Convert.FromHexString(text);

    internal static byte[] Integer(JsonNode? hex) => Rlp.IntegerBytes(Convert.ToUInt64((string)hex!, 16));

    internal static BlockHeader Header(JsonNode block)
    {
        string[] integers = ["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"];
        var present = BlockHeader.FieldNames.Where(name => block[name] is not null);
        return BlockHeader.FromFields([.. present.Select(name => integers.Contains(name) ? Integer(block[name]) : Bytes(block[name]))]);
    }

    internal static Receipt Receipt(JsonNode json) => new(
        (byte)Convert.ToUInt64((string)json["type"]!, 16),
        json["root"] is { } root ? Bytes(root) : Integer(json["status"]),
        Convert.ToUInt64((string)json["cumulativeGasUsed"]!, 16),
        Bytes(json["logsBloom"]),
        [.. json["logs"]!.AsArray().Select(static log => new LogEntry(Bytes(log!["address"]), [.. log["topics"]!.AsArray().Select(Bytes)], Bytes(log["data"])))]);
}
