using System.Text.Json.Nodes;
using Evidence.Client.Auditing;
using Evidence.Core;
using Evidence.Core.Verification;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>The report of an audit, for programs and for people.</summary>
internal static class AuditView
{
    internal static JsonObject ToJson(AuditReport report) => new()
    {
        ["log"] = report.Origin,
        ["logId"] = report.LogId.ToString(),
        ["outcome"] = VerdictText.English(report.Outcome),
        ["keys"] = JsonText.Array(report.Keys.Select(key => (JsonNode?)key.ToString())),
        ["operator"] = report.Registration?.Operator,
        ["successor"] = report.Registration?.Successor?.ToString(),
        ["predecessor"] = report.Registration?.Predecessor?.LogId.ToString(),
        ["assurance"] = report.Assurance.ToString().ToLowerInvariant(),
        ["anchors"] = report.Anchors.Count,
        ["provenAnchors"] = report.ProvenAnchors,
        ["provenProofs"] = report.ProvenProofs,
        ["lastAnchor"] = report.Anchors is [.., var last]
            ? new JsonObject { ["size"] = last.Size, ["root"] = last.Root.ToString(), ["blockNumber"] = last.BlockNumber, ["blockTime"] = JsonText.Time(last.Time) }
            : null,
        ["checkpoint"] = report.Checkpoint is { } signed ? new JsonObject { ["size"] = signed.Size, ["root"] = signed.Root.ToString() } : null,
        ["replicas"] = JsonText.Array(report.Attestations.Select(ToJson)),
        ["tiles"] = report.Tiles,
        ["eventDocuments"] = report.EventDocuments,
        ["findings"] = JsonText.Array(report.Findings.Select(finding => FindingView.ToJson(FindingView.Of(finding)))),
        ["restsOn"] = JsonText.Array(report.RestsOn.Select(ground => (JsonNode?)ground)),
    };

    internal static void Show(IAnsiConsole console, AuditReport report)
    {
        console.WriteLine($"{PlainText.Of(report.Origin)}: {VerdictText.English(report.Outcome)} {VerdictText.Chinese(report.Outcome)}");
        console.WriteLine($"  {report.ProvenAnchors} of {report.Anchors.Count} anchors proven, each from the one before; proofs of {report.ProvenProofs} hold under trust.json");
        if (report.Anchors is [var first, ..] and [.., var last])
            console.WriteLine($"  from {first.Size} leaves ({JsonText.Time(first.Time)}, block {first.BlockNumber}) to {last.Size} leaves ({JsonText.Time(last.Time)}, block {last.BlockNumber})");
        if (report.Checkpoint is { } signed) console.WriteLine($"  served checkpoint: {signed.Size} leaves");
        if (report.EventDocuments is { } documents) console.WriteLine($"  event history: {documents} documents up to that checkpoint, none left out");
        if (report.Keys.Count > 1) console.WriteLine($"  keys, oldest first: {PlainText.Of(string.Join(", ", report.Keys))}");
        if (report.Registration?.Predecessor is { } before) console.WriteLine($"  goes on after the log {before.LogId}, which was closed at {before.Size} leaves");
        if (report.Registration?.Successor is { } next) console.WriteLine($"  closed for ever; the log {next} goes on after it");
        foreach (var replica in report.Attestations)
            console.WriteLine($"  replica {replica.Attestation.Replica}: a verified copy up to {replica.Attestation.Size} leaves, stated {JsonText.Time(replica.Attestation.Time)}, {Behind(replica.AnchorsBehind)}");
        if (report.Attestations.Count == 0) console.WriteLine("  no replica has stated on the ledger that it holds a copy");
        foreach (var finding in report.Findings) FindingView.Show(console, FindingView.Of(finding));
        foreach (var ground in report.RestsOn) console.WriteLine($"  rests on: {PlainText.Of(ground)}");
    }

    private static JsonObject ToJson(AuditedReplica replica) => new()
    {
        ["replica"] = replica.Attestation.Replica,
        ["size"] = replica.Attestation.Size,
        ["blockNumber"] = replica.Attestation.BlockNumber,
        ["time"] = JsonText.Time(replica.Attestation.Time),
        ["anchorsBehind"] = replica.AnchorsBehind,
    };

    private static string Behind(int anchors) => anchors == 0 ? "the newest anchor" : $"{anchors} anchors behind the newest";
}
