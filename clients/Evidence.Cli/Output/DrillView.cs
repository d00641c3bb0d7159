using System.Globalization;
using Evidence.Core;
using Evidence.Core.Packages.Reports;
using Evidence.Core.Verification;
using Evidence.Node.Backups;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>What a drill came to, for people.</summary>
internal static class DrillView
{
    internal static void Show(IAnsiConsole console, DrillReport report, string file, Digest sha256, Commands.FiledReport filed)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(report.Backup is { } backup ? $"medium {backup.Medium}{(backup.Label.Length > 0 ? $" ({PlainText.Of(backup.Label)})" : "")}, backup {backup.Number:D4}" : "a medium without a catalogue that can be read")}, restored into {report.Into}"));
        foreach (var finding in report.Findings) FindingView.Show(console, FindingView.Of(finding));
        foreach (var log in report.Logs) Show(console, log);
        console.WriteLine(report.LedgerAsked ? "the ledger was asked 已核对账本" : "the ledger was not asked: the verdict rests on the proofs on the medium 未询问账本，结论仅凭介质上的证明");
        console.WriteLine($"report: {file}, SHA-256 {sha256}");
        console.WriteLine(filed switch
        {
            { Record: { } record } => $"  sealed as record {record} 已封存",
            { Failure: { } failure } => $"  not sealed 未封存: {PlainText.Of(failure.Message)}",
            _ => "  not sealed: a file that anybody can change; with --node it is filed as a record 未封存",
        });
        console.WriteLine($"outcome: {VerdictText.Label(report.Outcome)}");
    }

    private static void Show(IAnsiConsole console, DrilledLog log)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"log {log.Stated.Origin}: {log.Stated.Size} leaves stated, {log.Rebuilt.Size} rebuilt from {log.Rebuilt.Volumes} volumes"));
        console.WriteLine($"  anchors     {log.Rebuilt.ProvenAnchors} of the proof file{(log.Rebuilt.LedgerAnchors is { } count ? $", {count} of the ledger" : "")}");
        console.WriteLine($"  {PackageReportText.Counts(log.Report.Records)}");
        foreach (var range in log.Ranges)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  volume {range.Volume}: leaves {range.FirstLeaf} to {range.LastLeaf}, {range.Records.Count} records, {range.Records.Intact} INTACT, {range.Records.Altered} ALTERED, {range.Records.Undetermined} UNDETERMINED"));
        foreach (var finding in log.Rebuilt.Findings) FindingView.Show(console, FindingView.Of(finding));
        foreach (var found in log.Report.Findings.Where(static found => found.Finding.Severity != Severity.Info)) FindingView.Show(console, FindingView.Of(found.Finding));
    }
}
