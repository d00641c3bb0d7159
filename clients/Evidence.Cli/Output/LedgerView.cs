using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Ledger;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>What the contract keeps, for programs and for people.</summary>
internal static class LedgerView
{
    internal static JsonObject ToJson(LedgerLog log) => new()
    {
        ["log"] = log.Origin,
        ["logId"] = log.LogId.ToString(),
        ["operator"] = log.Operator,
        ["anchors"] = log.AnchorCount,
        ["successor"] = log.Successor?.ToString(),
        ["predecessor"] = log.Predecessor?.LogId.ToString(),
    };

    internal static JsonObject ToJson(LedgerProposal proposal) => new()
    {
        ["proposal"] = proposal.Id,
        ["state"] = StateOf(proposal),
        ["epoch"] = proposal.Epoch,
        ["blockNumber"] = proposal.BlockNumber,
        ["executedBlock"] = proposal.ExecutedBlock,
        ["logId"] = proposal.LogId?.ToString(),
        ["approvers"] = JsonText.Array(proposal.Approvers.Select(member => (JsonNode?)member)),
        ["call"] = proposal.Call,
    };

    internal static Table Table(IEnumerable<LedgerLog> logs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("log", "id", "operator", "anchors", "state");
        foreach (var log in logs)
            table.AddRow(
                new Text(PlainText.Of(log.Origin)), new Text(log.LogId.ToString()), new Text(log.Operator), new Text($"{log.AnchorCount}"),
                new Text((log.Successor is { } next ? $"closed; goes on as {next}" : "open") + (log.Predecessor is { } before ? $"; goes on after {before.LogId} at {before.Size} leaves" : "")));
        return table;
    }

    internal static Table Table(IEnumerable<LedgerProposal> proposals)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("proposal", "state", "block", "approved by", "call");
        foreach (var proposal in proposals)
            table.AddRow(
                new Text(proposal.Id), new Text(StateOf(proposal)), new Text($"{proposal.ExecutedBlock ?? proposal.BlockNumber}"),
                new Text(string.Join(", ", proposal.Approvers)), new Text(PlainText.Of(proposal.Call)));
        return table;
    }

    private static string StateOf(LedgerProposal proposal) => proposal.State switch
    {
        ProposalState.Open => "open",
        ProposalState.Executed => "in force",
        _ => "superseded",
    };
}
