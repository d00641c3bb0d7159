using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence ledger history`: the headers that prove how the validators changed, for the packages of a node.</summary>
internal static class LedgerHistory
{
    private static readonly Option<string[]> Endpoints = new("--endpoint")
    {
        Description = "JSON-RPC address of the ledger; may be given several times, the next is asked when one does not answer. 账本地址",
        HelpName = "URL",
        Required = true,
    };

    private static readonly Option<FileInfo> Trust = new("--trust")
    {
        Description = "trust.json of those who are to follow the history: its last range of validators ends where the history begins, and it says \"history\": true. 信任文件",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<ulong?> To = new("--to") { Description = "Height of the last block to look at; else the newest. 截止区块", HelpName = "HEIGHT" };

    private static readonly Option<FileInfo> Output = new("--output", "-o") { Description = "File to write. 输出文件", HelpName = "FILE", Required = true };

    private static readonly Option<bool> Force = ForceOption.Make();

    internal static Command Make(Runner runner)
    {
        var command = new Command(
            "history",
            "Write the headers that prove the validators behind the last range of a trust.json, for \"ledger\": { \"history\": … } of node.json. " +
            "Nothing is written that does not hold under that trust.json. 验证人变更的区块头历史") { Endpoints, Trust, To, Output, Force };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var (chain, file) = (Checked(TrustFile.Read(session.Get(Trust).ToString()).Chain), session.Get(Output).FullName);
        FileWriting.CheckFree(file, session.Get(Force));
        using var http = new HttpClient();
        var capture = new HistoryCapture(Ledger(session, chain, http), chain, ValidatorHistory.MaxHeaders, new PackageLimits().MaxSmallMemberBytes);
        (ValidatorHistory, string)? made = null;
        await ProgressBar.RunAsync(session, "reading headers", 100, async steps => made = await capture.RunAsync(session.Get(To), new Pace(steps), ct));
        var (history, proves) = made!.Value;
        var bytes = ValidatorHistoryJson.Encode(history);
        await FileWriting.WriteAsync(file, session.Get(Force), stream => stream.WriteAsync(bytes, ct).AsTask());
        var json = new JsonObject { ["file"] = file, ["bytes"] = bytes.Length, ["headers"] = history.Headers.Count, ["from"] = history.From, ["proves"] = proves };
        return new Answer(ExitCode.Intact, json, console =>
        {
            console.WriteLine($"{file}: {history.Headers.Count} headers, {bytes.Length} bytes");
            console.WriteLine(proves);
            console.WriteLine("for node.json: \"ledger\": { \"history\": \"FILE\" }; the node reads it when it starts. 节点启动时读取");
        });
    }

    private static TrustedChain Checked(TrustedChain chain)
    {
        if (chain.Validators.Count == 0) throw CliException.Usage("trust.json names no validators from whom a history could go on");
        if (!chain.FollowsHistory) throw CliException.Usage("trust.json allows no history of headers, so nobody would follow it under that file: add \"history\": true to its \"chain\"");
        return chain.Validators.MaxBy(static range => range.From) is { To: not null }
            ? chain
            : throw CliException.Usage("the last range of validators in trust.json has no end, so it answers for every block and no history is asked: end it, with \"to\", at the block up to which its validators are known");
    }

    private static LedgerClient Ledger(Session session, TrustedChain chain, HttpClient http) => new(
        new LedgerOptions { Endpoints = [.. session.Get(Endpoints).Select(LedgerCommand.Address)], ChainId = chain.ChainId, Genesis = chain.Genesis, Consensus = chain.Consensus, Trusted = chain },
        http, session.Time, NullLogger<LedgerClient>.Instance);

    private sealed class Pace(IProgress<Step> steps) : IProgress<HistoryProgress>
    {
        private const ulong LineEvery = 1 << 14;

        private ulong? _at;

        public void Report(HistoryProgress value)
        {
            var read = value.Block - (_at ?? value.First - 1);
            _at = value.Block;
            steps.Report(new Step(100.0 * read / (value.Last - value.First + 1), value.Block % LineEvery == 0 ? $"block {value.Block} of {value.Last}" : null));
        }
    }
}
