using System.Text.Json.Nodes;
using Evidence.Core.Verification;
using Evidence.Node.Restoring;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>What a restore came to, for programs and for people.</summary>
internal static class RestoreView
{
    internal static StageProgress Stage(RestoreProgress progress) => progress.Stage switch
    {
        RestoreStage.Leaves => new("proving the leaves", progress.Done, progress.Total, StageProgress.Leaves),
        RestoreStage.Volumes => new("restoring volumes", progress.Done, progress.Total, StageProgress.Bytes),
        _ => new("taking over proofs", progress.Done, progress.Total, null),
    };

    internal static JsonObject ToJson(RestoreReport report) => new()
    {
        ["outcome"] = report.Outcome.ToString().ToUpperInvariant(),
        ["complete"] = report.IsComplete,
        ["canSign"] = report.CanSign,
        ["origin"] = report.Origin,
        ["logId"] = report.LogId.ToString(),
        ["leaves"] = report.Size,
        ["root"] = report.Root.ToString(),
        ["checkpoint"] = report.CheckpointSize,
        ["volumes"] = report.Volumes,
        ["bytes"] = report.Bytes,
        ["ledgerAnchors"] = report.LedgerAnchors,
        ["anchorProofs"] = report.AnchorProofs,
        ["cosignatures"] = report.Cosignatures,
        ["findings"] = JsonText.Array(report.Findings.Select(finding => FindingView.ToJson(FindingView.Of(finding)))),
    };

    internal static void Show(IAnsiConsole console, RestoreReport report)
    {
        console.WriteLine($"log {report.Origin}: {report.Size} of {report.CheckpointSize} records in {report.Volumes} volumes, {report.Bytes} bytes");
        console.WriteLine($"  root     {report.Root}");
        console.WriteLine($"  held to  {(report.LedgerAnchors is { } count ? $"{count} anchors of the ledger" : "no ledger: it could not be asked")}, and the log's own signature");
        console.WriteLine($"  proofs   {report.AnchorProofs} of anchors, {report.Cosignatures} cosignatures");
        foreach (var finding in report.Findings) FindingView.Show(console, FindingView.Of(finding));
        console.WriteLine(Next(report));
        console.WriteLine($"outcome: {VerdictText.Label(report.Outcome)}");
    }

    private static string Next(RestoreReport report) => report switch
    {
        { IsComplete: false } => "The log is not whole: the node does not start on it. Give the command again with --from a peer that has the missing leaves; it fills in what is missing. If nobody has them any more, nothing can be appended to this log: " +
            "its other records stay readable and provable at the peers that mirror it. Have the consortium close it in favour of a successor (evidence ledger close), begin that one with another origin in an empty data folder, and keep this folder.",
        { CanSign: false } => "The log can be read and mirrored, and never appended to: its signing key is not here. Run a node of another origin on this data folder, and have the consortium register a log that succeeds this one.",
        _ => "The node can be started: it goes on appending behind the last record.",
    };
}
