using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>Events for programs and for people.</summary>
internal static class EventView
{
    internal static JsonObject ToJson(Event one) => new()
    {
        ["id"] = one.Id.Length == 0 ? null : one.Id,
        ["type"] = one.Type,
        ["time"] = JsonText.Time(one.TimeUnixMs),
        ["agent"] = one.Agent,
        ["outcome"] = one.Outcome,
        ["detail"] = one.Detail,
        ["count"] = one.Count,
        ["objects"] = JsonText.Array(one.Objects.Select(static objects => (JsonNode?)new JsonObject
        {
            ["log"] = JsonText.Hex(objects.LogId),
            ["leaves"] = JsonText.Array(objects.Leaves.Select(static range => (JsonNode?)new JsonArray(range.From, range.To))),
        })),
        ["log"] = one.Log,
        ["leaf"] = one.Leaf,
        ["restsOn"] = one.RestsOn,
    };

    internal static void Show(IAnsiConsole console, Event one)
    {
        var times = one.Count > 1 ? $", {one.Count} times" : "";
        console.WriteLine(PlainText.Of($"{JsonText.Time(one.TimeUnixMs)}  {one.Type} {Chinese(one.Type)}: {one.Outcome}{times}, by {one.Agent}".Replace("  :", ":", StringComparison.Ordinal)));
        if (one.Detail.Length > 0) console.WriteLine($"    {PlainText.Of(one.Detail)}");
        console.WriteLine($"    rests on: {PlainText.Of(one.RestsOn)}");
    }

    private static string Chinese(string type) => type switch
    {
        "ingestion" => "封存",
        "anchoring" => "锚定",
        "fixity check" => "检查",
        "recovery" => "修复",
        "dissemination" => "读出",
        "recording" => "记录",
        "refused call" => "拒绝调用",
        _ => "",
    };
}
