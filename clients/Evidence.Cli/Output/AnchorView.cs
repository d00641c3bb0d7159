using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>Anchors for programs and for people.</summary>
internal static class AnchorView
{
    internal static JsonObject ToJson(Anchor anchor) => new()
    {
        ["log"] = anchor.Log,
        ["size"] = anchor.Size,
        ["root"] = JsonText.Hex(anchor.Root),
        ["blockNumber"] = anchor.BlockNumber,
        ["blockHash"] = "0x" + JsonText.Hex(anchor.BlockHash),
        ["blockTime"] = JsonText.Time(anchor.BlockUnixMs),
        ["transaction"] = "0x" + JsonText.Hex(anchor.TransactionHash),
        ["cosignatures"] = anchor.Cosignatures,
    };

    internal static Table Table(IEnumerable<Anchor> anchors)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("leaves", "root", "block", "block time", "transaction", "cosignatures");
        foreach (var anchor in anchors)
            table.AddRow(
                new Text($"{anchor.Size}"), new Text(JsonText.Hex(anchor.Root)), new Text($"{anchor.BlockNumber}"),
                new Text(JsonText.Time(anchor.BlockUnixMs) ?? ""), new Text("0x" + JsonText.Hex(anchor.TransactionHash)), new Text($"{anchor.Cosignatures}"));
        return table;
    }
}
