using System.CommandLine;
using Evidence.Node.Restoring;

namespace Evidence.Cli.Commands;

/// <summary>`evidence node restore`: rebuilds a lost node from its peers.</summary>
internal static class RestoreCommand
{
    private static readonly Option<string[]> From = new("--from")
    {
        Description = "Peers to restore from: their names in node.json, or addresses; else all peers of node.json. 从哪些节点恢复",
        HelpName = "PEER",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> WithoutKey = new("--without-key") { Description = "The log's signing key is lost: restore what can be read and mirrored, never appended to. 签名密钥已丢失" };

    internal static Command Make(Runner runner, Option<FileInfo> config)
    {
        var command = new Command("restore",
            "Rebuild a lost node's log in an empty data folder from its peers' copies. Every byte is proven against the log's signature and the ledger before it counts; stop it at any time and begin again. " +
            "从其他节点的副本恢复丢失的节点：逐字节核验后写入，可随时中断后继续") { config, From, WithoutKey };
        command.SetAction((parse, ct) => runner((session, token) => RunAsync(session, config, token), parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, Option<FileInfo> config, CancellationToken ct)
    {
        RestoreReport? report = null;
        try
        {
            await ProgressBar.RunAsync(session, "restoring", 100, async steps =>
                report = await NodeRestore.RunAsync(session.Get(config).FullName, session.Get(From), session.Get(WithoutKey), session.Time, new Pace<RestoreProgress>(steps, session.Time, RestoreView.Stage), ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Undetermined, "stopped before the end: what is proven stays, and no node starts on it. Give the command again; it goes on where it was.");
        }

        return new Answer(ExitCode.Of(report!.Outcome), RestoreView.ToJson(report!), console => RestoreView.Show(console, report!));
    }
}
