using Evidence.Cli;
using Evidence.Client;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Tests.Cli;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;
using Evidence.V1;
using ConsistencyProof = Evidence.Core.Log.ConsistencyProof;

namespace Evidence.Tests.Auditing;

/// <summary>`evidence audit` over nodes and a real chain.</summary>
[Collection(AnvilCollection.Name)]
public sealed class AuditCommandTests(AnvilFixture anvil)
{
    [AnvilFact]
    public async Task Proves_every_step_at_the_node_and_at_its_mirror_and_names_the_replicas()
    {
        await using var network = await AuditedNetwork.StartAsync(anvil);
        foreach (var records in (int[])[3, 1, 300]) await network.AnchorAsync(records);
        var anchors = (int)await anvil.Client().AnchorCountAsync(network.Node.LogId, default);
        foreach (var served in new[] { network.Node, network.Mirror })
        {
            var run = await AuditAsync(network, served, "--json");
            Assert.Equal((ExitCode.Intact, ""), (run.Code, run.Error));
            Assert.Equal("INTACT", run.Json["outcome"]!.GetValue<string>());
            Assert.Equal((anchors, anchors, anchors), (run.Json["anchors"]!.GetValue<int>(), run.Json["provenAnchors"]!.GetValue<int>(), run.Json["provenProofs"]!.GetValue<int>()));
            Assert.Equal(304UL, run.Json["checkpoint"]!["size"]!.GetValue<ulong>());
            var replica = Assert.Single(run.Json["replicas"]!.AsArray())!;
            Assert.Equal((network.Mirror.Identity.OperatorAddress, 0), (replica["replica"]!.GetValue<string>(), replica["anchorsBehind"]!.GetValue<int>()));
        }
        Assert.Contains("INTACT 一致", (await AuditAsync(network, network.Mirror)).Output, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task A_rewritten_history_is_refused_by_the_contract_and_named_by_the_audit()
    {
        await using var network = await AuditedNetwork.StartAsync(anvil);
        await network.AnchorAsync(3);
        var agreed = (await anvil.Client().LatestAsync(network.Node.LogId, default))!;
        await network.Node.StopAsync();
        await using var forked = await network.CopyAsync(withData: true);
        await network.Node.StartAsync();
        await network.FileAsync(network.Node, 4);
        var anchored = await Eventually.GetAsync(
            () => anvil.Client().LatestAsync(network.Node.LogId, default), latest => latest!.Size == network.Node.Logs.Own.Size, "the true records are anchored") ?? throw new InvalidOperationException();

        // The same key signs other leaves behind the same beginning.
        await network.FileAsync(forked, 9);
        await Eventually.TrueAsync(() => forked.Logs.Own.Checkpoint is { } note && Evidence.Core.Notes.Checkpoint.Parse(note.Text).Size == 12, "the other history is signed");
        var log = forked.Logs.Own;
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => anvil.Client().SubmitAnchorAsync(
            OperatorOf(network.Node), log.Keys.First.LogId, 12, log.RootAt(12), ConsistencyProof.Make(anchored.Size, 12, log.Nodes(12)), default));
        Assert.Equal("InconsistentHistory", refusal.Error);

        var run = await AuditAsync(network, forked, "--json");
        Assert.Equal(ExitCode.Altered, run.Code);
        var named = run.Json["findings"]!.AsArray().Single(finding => finding!["code"]!.GetValue<string>() == FindingCodes.LogForked)!;
        Assert.Contains($"They agree up to the anchor of {agreed.Size} leaves", named["message"]!.GetValue<string>(), StringComparison.Ordinal);
        // The true records may have been anchored one by one: the audit names the first anchor that the other history contradicts.
        var contradicted = (await anvil.Client().AnchorsAsync(network.Node.LogId, 0, 100, default)).First(anchor => anchor.Size > agreed.Size);
        Assert.Equal(contradicted.Root.ToString(), named["expected"]!.GetValue<string>());
        Assert.Equal(log.RootAt(contradicted.Size).ToString(), named["actual"]!.GetValue<string>());
        Assert.NotEqual(named["expected"]!.GetValue<string>(), named["actual"]!.GetValue<string>());
    }

    [AnvilFact]
    public async Task A_log_that_ends_before_its_anchors_is_undetermined_and_one_that_was_never_anchored_too()
    {
        await using var network = await AuditedNetwork.StartAsync(anvil);
        await network.AnchorAsync(3);
        await network.Node.StopAsync();
        await using var behind = await network.CopyAsync(withData: true);
        await network.Node.StartAsync();
        await network.AnchorAsync(2);
        var run = await AuditAsync(network, behind, "--json");
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains(run.Json["findings"]!.AsArray(), finding =>
            finding!["code"]!.GetValue<string>() == FindingCodes.TileMissing && finding["message"]!.GetValue<string>().Contains("ends before what is anchored", StringComparison.Ordinal));

        var never = await CommandRun.Of(["audit", "--node", network.Mirror.Address.AbsoluteUri, "--log", network.Mirror.Identity.Origin, "--ledger", anvil.Chain.Url.AbsoluteUri, "--trust", network.Trust, "--json"]);
        Assert.Equal(ExitCode.Undetermined, never.Code);
    }

    [AnvilFact]
    public async Task Ten_thousand_records_cost_the_chain_a_handful_of_transactions()
    {
        await using var network = await AuditedNetwork.StartAsync(anvil, json =>
        {
            json["ledger"]!["anchorEverySeconds"] = 3600;
            json["ledger"]!["anchorEveryRecords"] = 2500;
        });
        var drafts = Enumerable.Range(0, 10_000).Select(i => new RecordDraft(
            "tester", new Description(), [new DraftPart(PartRole.Content, [(byte)'a'], "text/plain", 0, "", () => new MemoryStream(BitConverter.GetBytes(i)), 4)]));
        var filed = await network.Node.Client.ArchiveManyAsync(drafts.ToAsyncEnumerable(), default).CountAsync();
        Assert.Equal(10_000, filed);
        await Eventually.GetAsync(() => anvil.Client().LatestAsync(network.Node.LogId, default), latest => latest?.Size > 7_500, "three quarters and more are anchored");
        await Eventually.TrueAsync(() => network.Node.Logs.Own.Anchors.Count > 0, "an anchor is proven");
        var sent = await anvil.NonceAsync(network.Node.Identity.OperatorAddress);
        Assert.InRange(sent, 1UL, 4UL);
        Assert.Equal(sent, await anvil.Client().AnchorCountAsync(network.Node.LogId, default));
    }

    [AnvilFact]
    public async Task Says_what_is_missing_to_audit()
    {
        await using var network = await AuditedNetwork.StartAsync(anvil);
        var ledger = anvil.Chain.Url.AbsoluteUri;
        var node = network.Node.Address.AbsoluteUri;
        var unsaid = await CommandRun.Of("audit", "--node", node, "--ledger", ledger, "--trust", network.Trust);
        Assert.Equal(ExitCode.Usage, unsaid.Code);
        Assert.Contains("names 2 logs", unsaid.Error, StringComparison.Ordinal);
        var unknown = await CommandRun.Of("audit", "--node", node, "--ledger", ledger, "--trust", network.Trust, "--log", "nobody");
        Assert.Contains("names 0 logs of the origin nobody", unknown.Error, StringComparison.Ordinal);
        var unheld = await CommandRun.Of("audit", "--node", node, "--ledger", ledger, "--trust", network.Trust, "--log", network.Mirror.Identity.Origin);
        Assert.Contains("holds no log", unheld.Error, StringComparison.Ordinal);
        var silent = await CommandRun.Of("audit", "--node", node, "--ledger", CommandRun.NoNode, "--trust", network.Trust, "--log", network.Node.Identity.Origin);
        Assert.Equal(ExitCode.Unreachable, silent.Code);
        var gone = await CommandRun.Of("audit", "--node", CommandRun.NoNode, "--ledger", ledger, "--trust", network.Trust, "--log", network.Node.Identity.Origin);
        Assert.Equal(ExitCode.Unreachable, gone.Code);
    }

    private Task<CommandRun> AuditAsync(AuditedNetwork network, TestNode served, params string[] more) => CommandRun.Of(
        ["audit", "--node", served.Address.AbsoluteUri, "--ledger", anvil.Chain.Url.AbsoluteUri, "--trust", network.Trust, "--log", network.Node.Identity.Origin, .. more]);

    private static OperatorKey OperatorOf(TestNode node)
    {
        var options = NodeOptionsReader.Read(node.Identity.ConfigFile);
        return NodeKeys.Load(options).Operator;
    }
}
