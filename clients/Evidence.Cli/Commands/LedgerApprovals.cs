using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core.Notes;
using Evidence.Ledger;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence ledger register`, `rotate`, `close` and `withdraw`: what one member of the consortium approves.</summary>
internal static class LedgerApprovals
{
    private static readonly Option<string> LogKey = new("--log-key") { Description = "Verifier key of the log, as `evidence node init` prints it. 日志公钥", HelpName = "KEY", Required = true };

    private static readonly Option<string> Operator = new("--operator") { Description = "Ledger address that may anchor the log. 锚定账户", HelpName = "ADDRESS", Required = true };

    private static readonly Option<string> Successor = new("--successor-key") { Description = "Verifier key of the log that goes on after the closed one. 后继日志公钥", HelpName = "KEY", Required = true };

    private static readonly Option<string> Proposal = new("--proposal") { Description = "Id of the proposal, as `evidence ledger status` prints it. 提案编号", HelpName = "ID", Required = true };

    internal static IEnumerable<Command> Make(Runner runner) =>
    [
        Approval(runner, "register", "Approve that an operator anchors a log. 登记日志", RegisterAsync, LogKey, Operator),
        Approval(runner, "rotate", "Approve that another operator anchors a log from now on. 更换锚定账户", RotateAsync, LogKey, Operator),
        Approval(runner, "close", "Approve that a log is closed for ever at its last anchor, and that a successor, which is registered in the same act, goes on after it. 关闭日志并登记后继", CloseAsync, LogKey, Successor, Operator),
        LedgerChange.Make(runner),
        Approval(runner, "withdraw", "Take an approval back while its proposal is not in force. 撤回批准", WithdrawAsync, Proposal),
    ];

    private static Command Approval(
        Runner runner, string name, string description, Func<Session, LedgerClient, OperatorKey, CancellationToken, Task<(LedgerApproval, string)>> approve, params Option[] options)
    {
        var command = new Command(name, description) { LedgerCommand.Endpoint, LedgerCommand.Contract, LedgerCommand.Key };
        foreach (var option in options) command.Options.Add(option);
        command.SetAction((parse, ct) => runner((session, token) => RunAsync(session, approve, token), parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(
        Session session, Func<Session, LedgerClient, OperatorKey, CancellationToken, Task<(LedgerApproval, string)>> approve, CancellationToken ct)
    {
        using var http = new HttpClient();
        var ledger = LedgerCommand.Ledger(session, http, session.Get(LedgerCommand.Contract));
        var (approval, what) = await approve(session, ledger, LedgerCommand.ReadKey(session), ct);
        return await AnswerAsync(new Consortium(ledger), approval, what, ct);
    }

    /// <summary>What has become of an approval.</summary>
    internal static async Task<Answer> AnswerAsync(Consortium consortium, LedgerApproval approval, string what, CancellationToken ct)
    {
        var threshold = (await consortium.StateAsync(ct)).Threshold;
        var json = new JsonObject
        {
            ["proposal"] = approval.Proposal,
            ["what"] = what,
            ["approvals"] = approval.Approvals,
            ["threshold"] = threshold,
            ["inForce"] = approval.IsInForce,
            ["transaction"] = approval.TransactionHash,
        };
        return new Answer(ExitCode.Intact, json, console =>
        {
            console.WriteLine($"{what}: {(approval.IsInForce ? "in force" : $"{approval.Approvals} of {threshold} members approve; it is in force when enough members have approved the same")}");
            console.WriteLine($"proposal {approval.Proposal}, transaction {approval.TransactionHash}");
        });
    }

    private static async Task<(LedgerApproval, string)> RegisterAsync(Session session, LedgerClient ledger, OperatorKey member, CancellationToken ct)
    {
        var (log, by) = (VerifierKey.Parse(session.Get(LogKey)), session.Get(Operator));
        return (await new Consortium(ledger).RegisterLogAsync(member, log.LogId, by, log.Name, ct), $"{by} anchors {log.Name}");
    }

    private static async Task<(LedgerApproval, string)> RotateAsync(Session session, LedgerClient ledger, OperatorKey member, CancellationToken ct)
    {
        var (log, by) = (VerifierKey.Parse(session.Get(LogKey)), session.Get(Operator));
        return (await new Consortium(ledger).RotateOperatorAsync(member, log.LogId, by, ct), $"{by} anchors {log.Name} from now on");
    }

    private static async Task<(LedgerApproval, string)> CloseAsync(Session session, LedgerClient ledger, OperatorKey member, CancellationToken ct)
    {
        var (log, next) = (VerifierKey.Parse(session.Get(LogKey)), VerifierKey.Parse(session.Get(Successor)));
        var last = await ledger.LatestAsync(log.LogId, ct);
        var approval = await new Consortium(ledger).CloseLogAsync(member, log.LogId, last, next.LogId, session.Get(Operator), next.Name, ct);
        return (approval, $"{log.Name} is closed at {last?.Size ?? 0} leaves, {next.Name} goes on after it");
    }

    private static async Task<(LedgerApproval, string)> WithdrawAsync(Session session, LedgerClient ledger, OperatorKey member, CancellationToken ct)
    {
        var proposal = session.Get(Proposal);
        return (await new Consortium(ledger).WithdrawAsync(member, proposal, ct), "the approval is withdrawn");
    }
}
