using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage.Backups;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>What a backup came to, for programs and for people.</summary>
internal static class BackupView
{
    internal static int Code(BackupReport report) => report.Outcome == Outcome.Intact ? ExitCode.Intact : ExitCode.Altered;

    internal static StageProgress Stage(BackupProgress progress) => new(progress.Origin, progress.Done, progress.Total, StageProgress.Bytes);

    internal static JsonObject ToJson(BackupReport report) => new()
    {
        ["outcome"] = report.Outcome.ToString().ToUpperInvariant(),
        ["medium"] = report.Medium.ToString("D"),
        ["label"] = report.Label,
        ["number"] = report.Number,
        ["new"] = report.IsNew,
        ["resumedPieces"] = report.Resumed,
        ["writtenBytes"] = report.Written,
        ["readBackBytes"] = report.ReadBack,
        ["logs"] = JsonText.Array(report.Logs.Select(ToJson)),
        ["findings"] = JsonText.Array(report.Findings.Select(static f => FindingView.ToJson(FindingView.Of(f)))),
    };

    internal static void Show(IAnsiConsole console, BackupReport report)
    {
        foreach (var finding in report.Findings) FindingView.Show(console, FindingView.Of(finding));
        if (report.Findings.Count > 0)
        {
            console.WriteLine("the medium is damaged, and nothing was written: begin another one 介质已损坏，未写入任何内容");
            return;
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"medium {report.Medium}{(report.Label.Length > 0 ? $" ({PlainText.Of(report.Label)})" : "")}: {(report.IsNew ? $"backup {report.Number:D4}, {report.Written} bytes written" : $"nothing new since backup {report.Number:D4} 无新增内容")}"));
        if (report.ReadBack is { } bytes) console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  read back and compared: {bytes} bytes 已回读核对"));
        if (report.Resumed > 0) console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  gone on with a backup that was broken off: {report.Resumed} pieces were there already"));
        foreach (var log in report.Logs) Show(console, log);
        console.WriteLine("No secret key is on the medium; keep the keys elsewhere. 介质不含私钥，私钥须另行保管");
    }

    private static JsonObject ToJson(LogBackedUp log) => new()
    {
        ["origin"] = log.Origin,
        ["leaves"] = log.Size,
        ["anchoredLeaves"] = log.Anchored,
        ["notAnchoredLeaves"] = log.NotAnchored,
        ["root"] = log.Root.ToString(),
        ["volumes"] = log.Volumes,
        ["newPieces"] = log.Pieces,
        ["findings"] = JsonText.Array(log.Findings.Select(static f => FindingView.ToJson(FindingView.Of(f)))),
    };

    private static void Show(IAnsiConsole console, LogBackedUp log)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  log {log.Origin}: complete up to {log.Size} leaves, {log.Volumes} volumes, {log.Pieces} new pieces 完整到第 {log.Size} 条"));
        if (log.NotAnchored > 0) console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  the newest anchor speaks of {log.Anchored} leaves; {log.NotAnchored} are not anchored yet and rest on the log's own signature until the next backup 其中 {log.NotAnchored} 条尚未锚定"));
        foreach (var finding in log.Findings) FindingView.Show(console, FindingView.Of(finding));
        if (log.Findings.Count > 0) console.WriteLine("  the log itself is damaged there and was copied as it is: have it repaired, and back up again 源日志有损坏，请修复后再次备份");
    }
}
