using System.Text.Json.Nodes;
using Evidence.Core.Verification;
using Evidence.Node.Reindexing;
using Evidence.Storage.Reindexing;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>What reindexing came to, for programs and for people.</summary>
internal static class ReindexView
{
    internal static StageProgress Stage(ReindexProgress progress) => progress.Stage switch
    {
        ReindexStage.Volumes => new($"{progress.Origin}, reading volumes", progress.Done, progress.Total, StageProgress.Bytes),
        ReindexStage.Tree => new($"{progress.Origin}, building the tree", progress.Done, progress.Total, StageProgress.Leaves),
        _ => new($"{progress.Origin}, confirming its root", progress.Done, progress.Total, StageProgress.Leaves),
    };

    internal static JsonObject ToJson(ReindexReport report) => new()
    {
        ["outcome"] = report.Outcome.ToString().ToUpperInvariant(),
        ["logs"] = JsonText.Array(report.Logs.Select(ToJson)),
        ["unknown"] = JsonText.Array(report.Unknown.Select(name => (JsonNode?)name)),
    };

    internal static void Show(IAnsiConsole console, ReindexReport report)
    {
        foreach (var log in report.Logs) Show(console, log);
        foreach (var name in report.Unknown) console.WriteLine($"logs/{name} does not say whose log it is (log.json) and was left alone");
        console.WriteLine($"outcome: {VerdictText.Label(report.Outcome)}");
    }

    private static JsonObject ToJson(ReindexedLog log) => new()
    {
        ["origin"] = log.Origin,
        ["outcome"] = log.Outcome.ToString().ToUpperInvariant(),
        ["installed"] = log.Installed,
        ["volumes"] = log.Volumes,
        ["bytes"] = log.Bytes,
        ["leaves"] = log.Size,
        ["root"] = log.Root.ToString(),
        ["checkpoint"] = log.CheckpointSize,
        ["provenAnchors"] = log.ProvenAnchors,
        ["ledgerAnchors"] = log.LedgerAnchors,
        ["findings"] = JsonText.Array(log.Findings.Select(f => FindingView.ToJson(FindingView.Of(f)))),
    };

    private static void Show(IAnsiConsole console, ReindexedLog log)
    {
        console.WriteLine($"log {log.Origin}: {log.Size} records in {log.Volumes} volumes, {log.Bytes} bytes");
        console.WriteLine($"  root        {log.Root}");
        console.WriteLine(log.CheckpointSize is { } size ? $"  checkpoint  {size} leaves" : "  checkpoint  none: the node makes one when it runs");
        console.WriteLine($"  anchors     {log.ProvenAnchors} of the proof file, {(log.LedgerAnchors is { } count ? $"{count} of the ledger" : "the ledger could not be asked")}");
        console.WriteLine(log.Installed
            ? "  index and tiles are new; the old ones are in quarantine"
            : "  nothing was changed: have the volumes repaired first (run the node: it repairs from its replicas), then reindex again");
        foreach (var finding in log.Findings) FindingView.Show(console, FindingView.Of(finding));
        console.WriteLine($"  {VerdictText.Label(log.Outcome)}");
    }
}
