using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>
/// `evidence ledger change`: a member approves the whole list of those who decide from then on. Who decides now is the endpoint's word, so the chain is pinned,
/// and nothing is signed before the member has seen both lists and agreed.
/// </summary>
internal static class LedgerChange
{
    private static readonly Option<string[]> Added = new("--add") { Description = "Ledger address of a new member; may be given several times. 新增成员", HelpName = "ADDRESS" };

    private static readonly Option<string[]> Removed = new("--remove") { Description = "Ledger address of a member who leaves; may be given several times. 移除成员", HelpName = "ADDRESS" };

    private static readonly Option<int?> Threshold = new("--threshold") { Description = "How many members must approve from then on; else as many as now. 批准门限", HelpName = "N" };

    private static readonly Option<ulong?> ChainId = new("--chain-id") { Description = "Chain id that the endpoint must show; with --genesis. 链标识", HelpName = "N" };

    private static readonly Option<string?> Genesis = new("--genesis") { Description = "Hash of block 0 that the endpoint must show; with --chain-id. 创世区块哈希", HelpName = "HASH" };

    private static readonly Option<FileInfo?> Trust = new("--trust") { Description = "trust.json that names the chain, in place of --chain-id and --genesis. 信任文件", HelpName = "FILE" };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Sign without asking: both lists of members have been looked at. 不再询问" };

    internal static Command Make(Runner runner)
    {
        var command = new Command(
            "change",
            "Approve that members join or leave the consortium, or another threshold. Shows who decides now and then, and asks before it signs. " +
            "All approvals that were given before are void once it is in force. 变更成员或门限")
        {
            LedgerCommand.Endpoint, LedgerCommand.Contract, LedgerCommand.Key, Added, Removed, Threshold, ChainId, Genesis, Trust, Yes,
        };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        using var http = new HttpClient();
        var ledger = new LedgerClient(Pinned(session), http, session.Time, NullLogger<LedgerClient>.Instance);
        var consortium = new Consortium(ledger);
        var now = await consortium.StateAsync(ct);
        var (members, threshold) = (MembersAfter(session, now), session.Get(Threshold) ?? now.Threshold);
        Show(session, $"now, as the endpoint {session.Get(LedgerCommand.Endpoint)} states: ", now.Threshold, now.Members);
        Show(session, "then, which you approve: ", threshold, members);
        Agree(session);
        var approval = await consortium.ChangeAsync(LedgerCommand.ReadKey(session), members, threshold, ct);
        var answer = await LedgerApprovals.AnswerAsync(consortium, approval, $"the consortium has {members.Count} members, of whom {threshold} must approve", ct);
        answer.Json["before"] = ToJson(now.Threshold, now.Members);
        answer.Json["before"]!["asStatedBy"] = session.Get(LedgerCommand.Endpoint);
        answer.Json["after"] = ToJson(threshold, members);
        return answer;
    }

    private static List<string> MembersAfter(Session session, LedgerConsortium now)
    {
        var (added, removed) = (Addresses(session.Get(Added)), Addresses(session.Get(Removed)));
        if (removed.Except(now.Members).ToList() is [var stranger, ..]) throw CliException.Usage($"{stranger} is no member, and so cannot leave: see `evidence ledger status`");
        if (added.Intersect(now.Members).ToList() is [var known, ..]) throw CliException.Usage($"{known} is a member already");
        if (added.Count + removed.Count == 0 && session.Get(Threshold) is null) throw CliException.Usage("say what changes: --add, --remove or --threshold");
        return [.. now.Members.Except(removed), .. added];
    }

    private static LedgerOptions Pinned(Session session)
    {
        var options = new LedgerOptions { Endpoints = [LedgerCommand.Address(session.Get(LedgerCommand.Endpoint))], Contract = session.Get(LedgerCommand.Contract) };
        if (session.Get(Trust) is { } file)
        {
            var chain = TrustFile.Read(file.ToString()).Chain;
            if (!string.Equals(chain.Contract, options.Contract, StringComparison.OrdinalIgnoreCase))
                throw CliException.Usage($"{file} names the contract {chain.Contract}, and --contract {options.Contract}");
            return LedgerCommand.On(chain, options.Endpoints);
        }

        return session.Get(ChainId) is { } id && session.Get(Genesis) is { } genesis
            ? options with { ChainId = id, Genesis = genesis }
            : throw CliException.Usage("say which chain this is, so that no endpoint puts another in its place: --chain-id and --genesis, or --trust trust.json");
    }

    private static void Show(Session session, string when, int threshold, IReadOnlyList<string> members)
    {
        session.Say($"{when}{threshold} of {members.Count} members decide");
        foreach (var member in members) session.Say($"  {member}");
    }

    private static void Agree(Session session)
    {
        if (session.Get(Yes)) return;
        if (session.Json || Console.IsInputRedirected)
            throw CliException.Usage("nothing was signed: nobody can be asked here whether these lists are right. Look at who decides now with `evidence ledger status`, then give --yes");
        session.Say("Sign this? Type yes, anything else leaves it. 确认签署？");
        if (Console.ReadLine()?.Trim() is not "yes") throw CliException.Usage("nothing was signed");
    }

    private static JsonObject ToJson(int threshold, IReadOnlyList<string> members) =>
        new() { ["threshold"] = threshold, ["members"] = JsonText.Array(members.Select(static member => (JsonNode?)member)) };

    private static List<string> Addresses(string[]? texts) => [.. (texts ?? []).Select(text => AccountAddress.Format(AccountAddress.Parse(text))).Distinct()];
}
