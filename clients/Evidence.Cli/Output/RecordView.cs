using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Evidence.Core;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>A record for programs and for people.</summary>
internal static class RecordView
{
    internal static JsonObject ToJson(Record record) => new()
    {
        ["record"] = record.Record_,
        ["log"] = record.Log,
        ["leaf"] = record.Leaf,
        ["sealSha256"] = JsonText.Hex(record.SealSha256),
        ["received"] = JsonText.Time(record.ReceivedUnixMs),
        ["submitter"] = record.Submitter,
        ["state"] = State(record.State),
        ["anchor"] = record.Anchor is null ? null : AnchorView.ToJson(record.Anchor),
        ["description"] = record.Description is null ? null : ToJson(record.Description),
        ["parts"] = JsonText.Array(record.Parts.Select(ToJson)),
    };

    internal static Action<IAnsiConsole> Shower(Record record) => console =>
    {
        var facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in Facts(record).Where(f => f.Value.Length > 0)) facts.AddRow(new Text(PlainText.Of(name)), new Text(PlainText.Of(value)));
        console.Write(facts);
        console.Write(PartTable(record));
    };

    /// <summary>"sealed, not yet anchored" or "anchored".</summary>
    internal static string State(AnchorState state) => state switch
    {
        AnchorState.Sealed => "sealed, not yet anchored",
        AnchorState.Anchored => "anchored",
        _ => "unknown",
    };

    /// <summary>The original name for people: what could move the cursor or turn the line around stands as its number, and bytes that are not UTF-8 as replacement characters.</summary>
    internal static string FileName(Part part) => PlainText.Of(Encoding.UTF8.GetString(part.FileName.Span));

    private static IEnumerable<(string Name, string Value)> Facts(Record record)
    {
        yield return ("record 编号", record.Record_);
        yield return ("log 日志", $"{record.Log}, leaf {record.Leaf}");
        yield return ("seal 封存", $"SHA-256 {JsonText.Hex(record.SealSha256)}");
        yield return ("received 接收", $"{JsonText.Time(record.ReceivedUnixMs)} (the node's claim)");
        yield return ("submitter 提交", record.Submitter);
        yield return ("state 状态", record.Anchor is null
            ? State(record.State)
            : $"{State(record.State)} at size {record.Anchor.Size}, block {record.Anchor.BlockNumber}, {JsonText.Time(record.Anchor.BlockUnixMs)}");
        foreach (var fact in DescriptionFacts(record.Description ?? new Description())) yield return fact;
    }

    private static IEnumerable<(string Name, string Value)> DescriptionFacts(Description of)
    {
        yield return ("title 题名", of.Title);
        yield return ("fonds 全宗", of.Fonds);
        yield return ("series 类别", of.Series);
        yield return ("file number 档号", of.FileNumber);
        yield return ("retention 保管期限", of.RetentionPeriod);
        yield return ("class 密级", of.SecurityClass);
        foreach (var (name, value) in of.Fields) yield return (name, value);
    }

    private static Table PartTable(Record record)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("part", "role", "bytes", "SHA-256", "of", "type", "file");
        foreach (var part in record.Parts)
            table.AddRow(
                new Text(part.Name), new Text(Role(part)), new Text($"{part.Size}"), new Text(JsonText.Hex(part.Sha256)), new Text(PlainText.Of(part.Of)), new Text(PlainText.Of(part.Type)),
                new Text(FileName(part)));
        return table;
    }

    private static string Role(Part part) => part.Role.ToString().ToLowerInvariant();

    private static JsonObject ToJson(Part part) => new()
    {
        ["name"] = part.Name,
        ["role"] = Role(part),
        ["size"] = part.Size,
        ["sha256"] = JsonText.Hex(part.Sha256),
        ["of"] = part.Of.Length == 0 ? null : part.Of,
        ["type"] = part.Type.Length == 0 ? null : part.Type,
        ["fileName"] = part.FileName.IsEmpty ? null : Encoding.UTF8.GetString(part.FileName.Span),
        ["fileNameBase64"] = Utf8.IsValid(part.FileName.Span) ? null : part.FileName.ToBase64(),
        ["mediaType"] = part.MediaType.Length == 0 ? null : part.MediaType,
    };

    private static JsonObject ToJson(Description of) => new()
    {
        ["title"] = of.Title,
        ["fonds"] = of.Fonds,
        ["series"] = of.Series,
        ["fileNumber"] = of.FileNumber,
        ["retentionPeriod"] = of.RetentionPeriod,
        ["securityClass"] = of.SecurityClass,
        ["fields"] = new JsonObject(of.Fields.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Key, f.Value))),
    };
}
