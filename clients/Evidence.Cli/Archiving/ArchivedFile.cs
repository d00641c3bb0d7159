using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Archiving;

/// <summary>What became of one file.</summary>
/// <param name="Content">The file.</param>
/// <param name="Receipt">The node's receipt; null when it is not known to be filed.</param>
/// <param name="Code">The exit code that it alone would have.</param>
/// <param name="Reason">Why there is no receipt.</param>
/// <param name="Refused">The node refused it; else it could not be read or sent, or was not answered.</param>
internal sealed record ArchivedFile(FileInfo Content, ArchiveResponse? Receipt, int Code, string? Reason, bool Refused)
{
    internal string Line => Receipt is null
        ? $"{PlainText.Of(Content.Name)}: {(Refused ? "REFUSED 拒收" : "NOT FILED 未归档")}: {Reason}"
        : $"{PlainText.Of(Content.Name)}: {Receipt.Record} leaf {Receipt.Leaf}, signature {Receipt.Signature}, {RecordView.State(Receipt.State)}";

    internal JsonObject ToJson() => Receipt is null
        ? new JsonObject { ["file"] = Content.FullName, [Refused ? "refused" : "error"] = Reason }
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
