using System.CommandLine;
using Evidence.Client.Auditing;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Cli.Commands;

/// <summary>`evidence audit`: was anything ever taken back?</summary>
internal static class AuditCommand
{
    private static readonly Option<string[]> Endpoints = new("--ledger")
    {
        Description = "JSON-RPC address of the ledger, best of a validator that you trust or run; may be given several times, the next is asked when one does not answer. 账本地址",
        HelpName = "URL",
        Required = true,
    };

    private static readonly Option<FileInfo> Trust = new("--trust")
    {
        Description = "trust.json with the chain, the contract and the log's key, had from someone you trust and not from the node. 信任文件",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string> Log = new("--log") { Description = "Origin of the log; else the only one that trust.json names. 日志名称", HelpName = "ORIGIN", DefaultValueFactory = _ => "" };

    internal static Command Make(Runner runner)
    {
        var command = new Command("audit",
            "Follow the anchors of a log on the ledger from the first to the last, prove every step from tiles that --node serves (the log's node or any mirror), and compare with checkpoints, kept proofs and replicas. " +
            "审计：沿账本锚定逐步证明日志只增不改") { Endpoints, Trust, Log };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var trust = TrustFile.Read(session.Get(Trust).ToString());
        var (origin, logId) = LogOf(trust, session.Get(Log));
        using var http = new HttpClient();
        var held = await session.Client.ListLogsAsync(ct);
        if (!held.Any(log => log.Origin == origin))
            throw CliException.Usage($"the node at {session.Client.Address} holds no log {origin}; it holds {string.Join(", ", held.Select(log => log.Origin))}");
        var auditor = new LogAuditor(Ledger(session, trust.Chain, http), session.Client, trust);
        AuditReport? report = null;
        await ProgressBar.RunAsync(session, "proving", 100, async steps => report = await auditor.RunAsync(origin, logId, new Pace(steps), ct));
        return new Answer(ExitCode.Of(report!.Outcome), AuditView.ToJson(report), console => AuditView.Show(console, report));
    }

    private static LedgerClient Ledger(Session session, TrustedChain chain, HttpClient http) => new(
        LedgerCommand.On(chain, [.. session.Get(Endpoints).Select(LedgerCommand.Address)]),
        http, session.Time, NullLogger<LedgerClient>.Instance);

    private static (string Origin, Digest LogId) LogOf(TrustPolicy trust, string origin)
    {
        // Several keys of one log may be named.
        var logs = trust.Logs.Select(static log => (Key: VerifierKey.Parse(log.Key), log.Id)).Select(static log => (Origin: log.Key.Name, LogId: log.Id ?? log.Key.LogId)).Distinct().ToList();
        var named = logs.FindAll(log => origin.Length == 0 || log.Origin == origin);
        return named is [var only]
            ? only
            : throw CliException.Usage(origin.Length == 0
                ? $"trust.json names {logs.Count} logs ({string.Join(", ", logs.Select(static log => log.Origin))}): say which with --log"
                : $"trust.json names {named.Count} logs of the origin {origin}; it names {string.Join(", ", logs.Select(static log => log.Origin))}");
    }

    private sealed class Pace(IProgress<Step> steps) : IProgress<AuditProgress>
    {
        private const int LineEvery = 1000;

        public void Report(AuditProgress value) => steps.Report(new Step(
            100.0 / value.Total, value.Anchors % LineEvery == 0 ? $"{value.Anchors} of {value.Total} anchors are proven" : null));
    }
}
