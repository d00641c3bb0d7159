using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence ledger`: puts the contract on a ledger, and holds what its other commands share.</summary>
internal static class LedgerCommand
{
    internal static readonly Option<string> Endpoint = new("--endpoint") { Description = "JSON-RPC address of the ledger. 账本地址", HelpName = "URL", Required = true };

    internal static readonly Option<FileInfo> Key = new("--key") { Description = "File with the secp256k1 key that signs the transaction, 64 hex digits. 密钥文件", HelpName = "FILE", Required = true };

    private static readonly Option<string[]> Members = new("--member") { Description = "Ledger address of a member; once for each member. 成员地址", HelpName = "ADDRESS", Required = true };

    private static readonly Option<int> Threshold = new("--threshold") { Description = "How many members must approve what the consortium decides. 批准门限", HelpName = "N", Required = true };

    internal static readonly Option<string> Contract = new("--contract") { Description = "Address of the EvidenceAnchor contract. 合约地址", HelpName = "ADDRESS", Required = true };

    internal static Command Make(Runner runner)
    {
        var command = new Command("ledger", "Deploy the contract, decide on it as a member of the consortium, see what was decided, and prove who its validators are. 账本");
        foreach (var sub in (Command[])[Deploy(runner), .. LedgerApprovals.Make(runner), LedgerStatus.Make(runner), LedgerHistory.Make(runner)]) command.Subcommands.Add(sub);
        return command;
    }

    private static Command Deploy(Runner runner)
    {
        var command = new Command("deploy", "Deploy the EvidenceAnchor contract. 部署合约") { Endpoint, Key, Members, Threshold };
        command.SetAction((parse, ct) => runner(DeployAsync, parse, ct));
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

    /// <summary>A client of the ledger that the command line names; nothing is asked yet.</summary>
    internal static LedgerClient Ledger(Session session, HttpClient http, string? contract)
    {
        var options = new LedgerOptions { Endpoints = [Address(session.Get(Endpoint))], Contract = contract };
        return new LedgerClient(options, http, session.Time, NullLogger<LedgerClient>.Instance);
    }

    /// <summary>The chain that trust.json names: what can be proven under its validators is.</summary>
    internal static LedgerOptions On(TrustedChain chain, IReadOnlyList<Uri> endpoints) => new()
    {
        Endpoints = endpoints,
        ChainId = chain.ChainId,
        Genesis = chain.Genesis,
        Contract = chain.Contract,
        Consensus = chain.Consensus,
        // Without its signers nothing on a Clique chain is proven, and the client says so.
        Trusted = chain.Validators.Count > 0 ? chain : null,
    };

    /// <exception cref="CliException">The text is no http address.</exception>
    internal static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
        ? uri
        : throw CliException.Usage($"'{text}' is not the address of a ledger: write it like http://127.0.0.1:8545");

    internal static OperatorKey ReadKey(Session session) => OperatorKey.Load(session.Get(Key).FullName);
}
