using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Archiving;

/// <summary>What became of one file: the node's receipt, or the reason why it was refused.</summary>
internal sealed record ArchivedFile(FileInfo Content, ArchiveResponse? Receipt, int Code, string? Refusal)
{
    internal string Line => Receipt is null
        ? $"{Content.Name}: REFUSED 拒收: {Refusal}"
        : $"{Content.Name}: {Receipt.Record} leaf {Receipt.Leaf}, signature {Receipt.Signature}, {RecordView.State(Receipt.State)}";

    internal JsonObject ToJson() => Receipt is null
        ? new JsonObject { ["file"] = Content.FullName, ["refused"] = Refusal }
        : new JsonObject
        {
            ["file"] = Content.FullName,
            ["record"] = Receipt.Record,
            ["log"] = Receipt.Log,
            ["leaf"] = Receipt.Leaf,
            ["sealSha256"] = JsonText.Hex(Receipt.SealSha256),
            ["received"] = JsonText.Time(Receipt.ReceivedUnixMs),
            ["signature"] = Receipt.Signature,
            ["state"] = RecordView.State(Receipt.State),
        };

    internal void Show(IAnsiConsole console)
    {
        console.WriteLine(Line);
        if (Receipt is null) return;
        console.WriteLine($"  seal SHA-256 {JsonText.Hex(Receipt.SealSha256)}, received {JsonText.Time(Receipt.ReceivedUnixMs)} by {Receipt.Log}");
        console.WriteLine($"  check it: evidence verify {Receipt.Record}");
    }
}
