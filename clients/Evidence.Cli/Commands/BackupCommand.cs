using System.CommandLine;
using Evidence.Node.Backups;
using Evidence.Storage.Backups;

namespace Evidence.Cli.Commands;

/// <summary>`evidence backup`: copies what is new of a node onto a medium.</summary>
internal static class BackupCommand
{
    private static readonly Option<FileInfo> Config = new("--config") { Description = "The node's node.json. 配置文件", HelpName = "FILE", Required = true };

    private static readonly Option<DirectoryInfo> To = new("--to") { Description = "The medium: an empty folder, or one with backups of the same log. 备份介质目录", HelpName = "DIR", Required = true };

    private static readonly Option<string?> Label = new("--label") { Description = "What people call the medium; kept from the backup before. 介质标签", HelpName = "TEXT" };

    private static readonly Option<bool> Mirrors = new("--mirrors") { Description = "Back up the logs of other nodes that this one mirrors, too. 同时备份镜像日志" };

    private static readonly Option<bool> Verify = new("--verify") { Description = "First read everything on the medium back and compare it with its digests. 先回读并核对介质上的全部文件" };

    internal static Command Make(Runner runner)
    {
        var command = new Command("backup",
            "Copy what is new of a node, running or stopped, onto an offline medium: records, log, proofs, and no secret key. Stop it at any time and give the command again; it goes on. " +
            "离线备份：将新增的卷、日志与证明增量写入介质，不含任何私钥；节点运行或停止均可，可随时中断后继续") { Config, To, Label, Mirrors, Verify };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        BackupReport? report = null;
        try
        {
            var target = new BackupTarget(session.Get(To).FullName, session.Get(Label), session.Get(Verify));
            await ProgressBar.RunAsync(session, "backing up", 100, async steps =>
                report = await NodeBackup.RunAsync(session.Get(Config).FullName, target, session.Get(Mirrors), session.Time, new Pace<BackupProgress>(steps, session.Time, BackupView.Stage), ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Undetermined, "stopped before the end: the medium is as it was with its last whole backup. Give the command again; it goes on.");
        }

        return new Answer(BackupView.Code(report!), BackupView.ToJson(report!), console => BackupView.Show(console, report!));
    }
}
