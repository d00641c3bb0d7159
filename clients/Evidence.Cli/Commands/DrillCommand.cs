using System.CommandLine;
using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Node.Backups;
using Evidence.Storage.Backups;
using Evidence.Storage.Durable;

namespace Evidence.Cli.Commands;

/// <summary>`evidence drill`: restores a medium into an empty folder, proves every record, and files the report.</summary>
internal static class DrillCommand
{
    private const string ReportFile = "drill-report.json";

    private static readonly Option<DirectoryInfo> From = new("--from") { Description = "The medium that `evidence backup` wrote. 备份介质目录", HelpName = "DIR", Required = true };

    private static readonly Option<DirectoryInfo> Into = new("--into") { Description = "An empty folder, or one that is not there yet; the restored data folder is left in it. 空目录", HelpName = "DIR", Required = true };

    private static readonly Option<FileInfo?> Config = new("--config") { Description = "A node.json: its ledger is asked, its trust.json decides. 节点配置：核对账本", HelpName = "FILE" };

    private static readonly Option<FileInfo?> Trust = new("--trust") { Description = "A trust.json: offline, by the proofs on the medium alone. 离线：仅凭介质上的证明", HelpName = "FILE" };

    internal static Command Make(Runner runner)
    {
        var command = new Command("drill",
            "Restore a backup into an empty folder, make index and log anew from its volumes, and prove every record. With --node the report is filed there as a record; without, it is a file that nothing seals. " +
            "恢复演练：在空目录中恢复备份、重建索引与日志并逐条证明；给出 --node 时报告作为档案封存，否则仅为未封存的文件") { From, Into, Config, Trust };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var report = await DrillAsync(session, ct);
        var file = Path.Combine(report.Into, ReportFile);
        var bytes = DrillJson.Encode(report);
        SmallFile.Replace(file, bytes);
        var filed = session.IsGiven(EvidenceCommand.Node) ? await FileAsync(session, report, file, ct) : new FiledReport(null, null);
        var json = DrillJson.ToJson(report);
        json["reportFile"] = file;
        json["reportSha256"] = Digest.Of(bytes).ToString();
        json["sealedAs"] = filed.Record;
        if (filed.Failure is { } failure) json["notSealed"] = failure.Message;
        return new Answer(ExitCode.Worst([ExitCode.Of(report.Outcome), CodeOf(filed)]), json, console => DrillView.Show(console, report, file, Digest.Of(bytes), filed));
    }

    private static async Task<DrillReport> DrillAsync(Session session, CancellationToken ct)
    {
        var places = new DrillPlaces(session.Get(From).FullName, session.Get(Into).FullName);
        DrillReport? report = null;
        try
        {
            await ProgressBar.RunAsync(session, "restoring", 100, async steps =>
            {
                var pace = new Pace<BackupProgress>(steps, session.Time, BackupView.Stage);
                report = (session.Get(Config), session.Get(Trust)) switch
                {
                    ({ } config, null) => await NodeDrill.RunAsync(places, config.FullName, session.Time, pace, ct),
                    (null, { } trust) => await NodeDrill.RunAsync(places, TrustFile.Read(trust.FullName), session.Time, pace, ct),
                    _ => throw CliException.Usage("name one of --config (a node's: the ledger is asked) and --trust (offline)"),
                };
            });
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Undetermined, $"stopped before the end: nothing was proven. Remove {places.Into} and begin again.");
        }

        return report!;
    }

    private static async Task<FiledReport> FileAsync(Session session, DrillReport report, string file, CancellationToken ct)
    {
        try
        {
            var title = $"恢复演练报告 Backup drill {(report.Backup is { } backup ? $"{backup.Medium:D} {backup.Number:D4}" : "of a medium without a catalogue")}: {VerdictText.English(report.Outcome)}";
            var draft = new RecordDraft(session.Submitter, new V1.Description { Title = title }, [DraftPart.FromFile(file, mediaType: "application/json")]);
            return new FiledReport((await session.Client.ArchiveAsync(draft, null, ct)).Record, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new FiledReport(null, Failure.Explain(e)); // the verdict stands, and is shown
        }
    }

    // A node that refuses the report, as one that takes only signed files does, says nothing of the medium.
    private static int CodeOf(FiledReport filed) => filed.Failure?.Code switch { null => ExitCode.Intact, ExitCode.Unreachable => ExitCode.Unreachable, _ => ExitCode.Undetermined };
}

/// <summary>Whether the report of a drill was filed.</summary>
/// <param name="Record">Number of its record; null when it was not.</param>
/// <param name="Failure">Why not, where it was to be.</param>
internal sealed record FiledReport(string? Record, CliException? Failure);
