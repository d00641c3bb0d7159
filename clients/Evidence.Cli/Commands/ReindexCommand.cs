using System.CommandLine;
using Evidence.Node.Reindexing;
using Evidence.Storage.Reindexing;

namespace Evidence.Cli.Commands;

/// <summary>`evidence node reindex`: makes what a node derives from its volumes anew.</summary>
internal static class ReindexCommand
{
    internal static Command Make(Runner runner, Option<FileInfo> config)
    {
        var command = new Command("reindex",
            "Make index and log of a stopped node anew from its volumes alone, and hold them to checkpoint, proofs and ledger. Nothing changes before a log is whole; stop it at any time and begin again. " +
            "重建索引：仅凭卷文件重建索引与日志，并与检查点、证明和账本核对；可随时中断后重新开始") { config };
        command.SetAction((parse, ct) => runner((session, token) => RunAsync(session, config, token), parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, Option<FileInfo> config, CancellationToken ct)
    {
        ReindexReport? report = null;
        try
        {
            await ProgressBar.RunAsync(session, "reindexing", 100, async steps =>
                report = await NodeReindex.RunAsync(session.Get(config).FullName, session.Time, new Pace<ReindexProgress>(steps, session.Time, ReindexView.Stage), ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Undetermined, "stopped before the end: the log that was worked on is as it was. Give the command again; it begins anew.");
        }

        return new Answer(ExitCode.Of(report!.Outcome), ReindexView.ToJson(report!), console => ReindexView.Show(console, report!));
    }
}
