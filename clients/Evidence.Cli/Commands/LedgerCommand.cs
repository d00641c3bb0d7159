using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core.Notes;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence ledger`: puts the contract on a ledger and registers logs with it.</summary>
internal static class LedgerCommand
{
    private static readonly Option<string> Endpoint = new("--endpoint") { Description = "JSON-RPC address of the ledger. 账本地址", HelpName = "URL", Required = true };

    private static readonly Option<FileInfo> Key = new("--key") { Description = "File with the secp256k1 key that signs the transaction, 64 hex digits. 密钥文件", HelpName = "FILE", Required = true };

    private static readonly Option<string[]> Members = new("--member") { Description = "Ledger address of a member; once for each member. 成员地址", HelpName = "ADDRESS", Required = true };

    private static readonly Option<int> Threshold = new("--threshold") { Description = "How many members must approve a registration. 批准门限", HelpName = "N", Required = true };

    private static readonly Option<string> Contract = new("--contract") { Description = "Address of the EvidenceAnchor contract. 合约地址", HelpName = "ADDRESS", Required = true };

    private static readonly Option<string> LogKey = new("--log-key") { Description = "Verifier key of the log, as `evidence node init` prints it. 日志公钥", HelpName = "KEY", Required = true };

    private static readonly Option<string> Operator = new("--operator") { Description = "Ledger address that may anchor the log. 锚定账户", HelpName = "ADDRESS", Required = true };

    internal static Command Make(Runner runner) =>
        new("ledger", "Deploy the contract and register logs with it. 账本") { Deploy(runner), Register(runner) };

    private static Command Deploy(Runner runner)
    {
        var command = new Command("deploy", "Deploy the EvidenceAnchor contract. 部署合约") { Endpoint, Key, Members, Threshold };
        command.SetAction((parse, ct) => runner(DeployAsync, parse, ct));
        return command;
    }

    private static Command Register(Runner runner)
    {
        var command = new Command("register", "Approve, as a member, that an operator anchors a log. 登记日志") { Endpoint, Contract, Key, LogKey, Operator };
        command.SetAction((parse, ct) => runner(RegisterAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> DeployAsync(Session session, CancellationToken ct)
    {
        using var http = new HttpClient();
        var made = await Ledger(session, http, null).DeployAsync(ReadKey(session), session.Get(Members), session.Get(Threshold), ct);
        var json = new JsonObject
        {
            ["contract"] = made.Contract,
            ["chainId"] = made.ChainId,
            ["genesis"] = made.Genesis,
            ["blockNumber"] = made.BlockNumber,
            ["transaction"] = made.TransactionHash,
        };
        return new Answer(ExitCode.Intact, json, console =>
        {
            console.WriteLine($"contract {made.Contract} in block {made.BlockNumber}, transaction {made.TransactionHash}");
            console.WriteLine($"for node.json: \"chainId\": {made.ChainId}, \"genesis\": \"{made.Genesis}\", \"contract\": \"{made.Contract}\"");
        });
    }

    private static async Task<Answer> RegisterAsync(Session session, CancellationToken ct)
    {
        using var http = new HttpClient();
        var log = VerifierKey.Parse(session.Get(LogKey));
        var transaction = await Ledger(session, http, session.Get(Contract)).RegisterLogAsync(ReadKey(session), log.LogId, session.Get(Operator), log.Name, ct);
        var json = new JsonObject { ["log"] = log.Name, ["logId"] = log.LogId.ToString(), ["operator"] = session.Get(Operator), ["transaction"] = transaction };
        return new Answer(ExitCode.Intact, json, console =>
            console.WriteLine($"approved in transaction {transaction}: {session.Get(Operator)} anchors {log.Name}, once enough members have approved the same"));
    }

    private static LedgerClient Ledger(Session session, HttpClient http, string? contract)
    {
        var options = new LedgerOptions { Endpoints = [Address(session.Get(Endpoint))], Contract = contract };
        return new LedgerClient(options, http, session.Time, NullLogger<LedgerClient>.Instance);
    }

    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
        ? uri
        : throw CliException.Usage($"'{text}' is not the address of a ledger: write it like http://127.0.0.1:8545");

    private static OperatorKey ReadKey(Session session) => OperatorKey.Load(session.Get(Key).FullName);
}
