using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Ledger;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence ledger status`: the chain, the consortium, its logs, and all that was proposed.</summary>
internal static class LedgerStatus
{
    internal static Command Make(Runner runner)
    {
        var command = new Command("status", "Show the consortium, the logs, and what was proposed and decided. 账本状态") { LedgerCommand.Endpoint, LedgerCommand.Contract };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        using var http = new HttpClient();
        var ledger = LedgerCommand.Ledger(session, http, session.Get(LedgerCommand.Contract));
        var consortium = new Consortium(ledger);
        var (head, state) = (await ledger.StatusAsync(ct), await consortium.StateAsync(ct));
        var (logs, proposals) = (await consortium.LogsAsync(ct), await consortium.ProposalsAsync(ct));
        var json = new JsonObject
        {
            ["chainId"] = head.ChainId,
            ["genesis"] = head.Genesis,
            ["blockNumber"] = head.BlockNumber,
            ["assurance"] = head.Assurance.ToString().ToLowerInvariant(),
            ["epoch"] = state.Epoch,
            ["threshold"] = state.Threshold,
            ["members"] = JsonText.Array(state.Members.Select(member => (JsonNode?)member)),
            ["logs"] = JsonText.Array(logs.Select(LedgerView.ToJson)),
            ["proposals"] = JsonText.Array(proposals.Select(LedgerView.ToJson)),
        };
        return new Answer(ExitCode.Intact, json, console =>
        {
            console.WriteLine($"chain {head.ChainId}, genesis {head.Genesis}, block {head.BlockNumber}");
            console.WriteLine("This is one endpoint's word: believed, not proven. 仅凭该节点所述，未经证明");
            console.WriteLine($"consortium {state.Epoch}: {state.Threshold} of {state.Members.Count} members decide: {string.Join(", ", state.Members)}");
            console.Write(LedgerView.Table(logs));
            console.Write(LedgerView.Table(proposals));
        });
    }
}
