using System.Text;
using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Tests.Cli;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;
using StoredLog = Evidence.Tests.Storage.TestLog;

namespace Evidence.Tests.Reindexing;

/// <summary>`evidence node reindex` as a person or a script sees it.</summary>
[Collection(AnvilCollection.Name)]
public sealed class ReindexCommandTests(AnvilFixture anvil)
{
    private const int Records = 5;

    [AnvilFact]
    public async Task Ends_with_0_when_the_ledger_anchors_every_leaf()
    {
        await using var node = await AnchoredAsync();
        foreach (var folder in (string[])["index", "tile"]) Directory.Delete(Path.Combine(OwnLog(node), folder), recursive: true);
        var run = await RunAsync(node, "--json");
        Assert.Equal(ExitCode.Intact, run.Code);
        Assert.Empty(run.Error);
        Assert.Equal("INTACT", Text(run.Json["outcome"]));
        Assert.Empty(run.Json["unknown"]!.AsArray());
        var log = Assert.Single(run.Json["logs"]!.AsArray())!;
        Assert.Equal(("evidence.test/node1", "INTACT", true), (Text(log["origin"]), Text(log["outcome"]), log["installed"]!.GetValue<bool>()));
        Assert.Equal((Records, 1, 1), (log["leaves"]!.GetValue<int>(), log["volumes"]!.GetValue<int>(), log["ledgerAnchors"]!.GetValue<int>()));
        Assert.Empty(log["findings"]!.AsArray());
        Assert.Equal(new FileInfo(Volume(node)).Length, log["bytes"]!.GetValue<long>());

        await node.StartAsync();
        Assert.Empty(node.Logs.Own.OpenFindings);
        Assert.Equal(node.Logs.Own.Root.ToString(), Text(log["root"]));
    }

    [AnvilFact]
    public async Task Ends_with_1_when_a_sealed_byte_is_another()
    {
        await using var node = await AnchoredAsync();
        StoredLog.Flip(Volume(node), 512);
        await AssertAlteredAsync(node, FindingCodes.PartChanged);
    }

    [AnvilFact]
    public async Task Ends_with_1_when_whole_volumes_give_another_root_than_the_ledger_anchors()
    {
        await using var node = await AnchoredAsync();
        await using var other = await new StoredLog().OpenAsync();
        await other.AppendManyAsync(Records);
        await other.CloseAsync();
        File.Copy(other.VolumePath(), Volume(node), overwrite: true);
        File.Delete(Path.Combine(OwnLog(node), "checkpoint")); // nothing on this machine contradicts them any more
        await AssertAlteredAsync(node, FindingCodes.AnchorChanged);
    }

    [AnvilFact]
    public async Task Ends_with_4_when_the_ledger_has_no_anchor_of_the_log()
    {
        await using var node = await SealedAsync();
        UseLedger(node, anvil.Chain.Url);
        var run = await RunAsync(node, "--json");
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Equal("UNDETERMINED", Text(run.Json["outcome"]));
        var log = run.Json["logs"]![0]!;
        Assert.Equal((0, true), (log["ledgerAnchors"]!.GetValue<int>(), log["installed"]!.GetValue<bool>()));
        Assert.Equal([FindingCodes.AnchorMissing], Codes(log));
    }

    [Fact]
    public async Task Ends_with_4_when_no_ledger_answers()
    {
        await using var node = await SealedAsync(); // its ledger is an address where nobody listens
        var run = await RunAsync(node, "--json");
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Equal("UNDETERMINED", Text(run.Json["outcome"]));
        var log = run.Json["logs"]![0]!;
        Assert.Null(log["ledgerAnchors"]);
        Assert.True(log["installed"]!.GetValue<bool>());
        Assert.Equal([FindingCodes.LedgerUnreachable], Codes(log));
        Assert.Contains("127.0.0.1:1", Text(log["findings"]![0]!["message"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_with_2_while_the_node_runs_and_says_what_is_in_use()
    {
        await using var node = await SealedAsync();
        await node.StartAsync();
        var before = Files(node);
        var run = await RunAsync(node);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Output);
        Assert.StartsWith("evidence: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(node.DataFolder, run.Error, StringComparison.Ordinal);
        var asked = await RunAsync(node, "--json");
        Assert.Equal((ExitCode.Usage, ExitCode.Usage), (asked.Code, asked.Json["exitCode"]!.GetValue<int>()));
        Assert.Empty(asked.Error);
        Assert.Equal(before, Files(node));
    }

    [Fact]
    public async Task Says_in_lines_how_far_it_is_and_then_what_it_came_to()
    {
        await using var node = await SealedAsync();
        var run = await RunAsync(node);
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Empty(run.Error);
        Assert.DoesNotContain('\u001b', run.Output);
        var lines = run.Output.Split('\n');
        Assert.Contains(lines, l => l.StartsWith("evidence.test/node1, reading volumes", StringComparison.Ordinal) && l.Contains("100 %", StringComparison.Ordinal));
        var tree = Array.FindIndex(lines, l => l.StartsWith("evidence.test/node1, building the tree", StringComparison.Ordinal) && l.Contains("100 %", StringComparison.Ordinal));
        Assert.InRange(tree, 1, Array.IndexOf(lines, "log evidence.test/node1: 5 records in 1 volumes, " + new FileInfo(Volume(node)).Length + " bytes") - 1);
        Assert.StartsWith("outcome: ", lines[^2], StringComparison.Ordinal);
        Assert.Contains("UNDETERMINED", lines[^2], StringComparison.Ordinal);
    }

    private async Task AssertAlteredAsync(TestNode node, string code)
    {
        var before = Files(node);
        var run = await RunAsync(node, "--json");
        Assert.Equal(ExitCode.Altered, run.Code);
        Assert.Equal("ALTERED", Text(run.Json["outcome"]));
        Assert.Contains(code, Codes(run.Json["logs"]![0]!));
        Assert.False(run.Json["logs"]![0]!["installed"]!.GetValue<bool>());
        Assert.Equal(before, Files(node));
        var shown = await RunAsync(node);
        Assert.Equal(ExitCode.Altered, shown.Code);
        Assert.Contains("nothing was changed", shown.Output, StringComparison.Ordinal);
    }

    private static Task<CommandRun> RunAsync(TestNode node, params string[] more) => CommandRun.Of(["node", "reindex", "--config", node.Identity.ConfigFile, .. more]);

    private static string OwnLog(TestNode node) => Assert.Single(Directory.GetDirectories(Path.Combine(node.DataFolder, "logs")));

    private static string Volume(TestNode node) => Path.Combine(OwnLog(node), "volumes", "v0000000001.tar");

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static IEnumerable<string> Codes(JsonNode log) => log["findings"]!.AsArray().Select(f => Text(f!["code"]));

    private static Dictionary<string, string> Files(TestNode node) => Directory
        .EnumerateFiles(OwnLog(node), "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));

    /// <summary>A stopped node with records that are sealed and not anchored.</summary>
    private static async Task<TestNode> SealedAsync()
    {
        var node = await TestNode.StartNewAsync(ledger: new FakeLedger(TimeProvider.System) { Failure = _ => FakeLedger.Unreachable });
        for (var i = 0; i < Records; i++) await Upload.Of(Encoding.UTF8.GetBytes($"record {i}")).SendAsync(node);
        await node.StopAsync();
        return node;
    }

    /// <summary>A stopped node whose every leaf is anchored on a real chain.</summary>
    private async Task<TestNode> AnchoredAsync()
    {
        var node = await SealedAsync();
        UseLedger(node, anvil.Chain.Url);
        await node.StartAsync();
        var root = node.Logs.Own.Root;
        await node.StopAsync();
        var (ledger, keys) = (anvil.Client(), Keys(node));
        await Task.WhenAll(anvil.Members.Take(2).Select(m => anvil.Consortium().RegisterLogAsync(m, node.LogId, keys.Operator.Address, node.Identity.Origin, CancellationToken.None)));
        var hash = await ledger.SubmitAnchorAsync(keys.Operator, node.LogId, Records, root, [], CancellationToken.None);
        await ledger.CaptureAsync(hash, node.LogId, new Checkpoint(node.Identity.Origin, Records, root).SignedBy(keys.Log).Encode(), CancellationToken.None);
        return node;
    }

    private static NodeKeys Keys(TestNode node)
    {
        var options = NodeOptionsReader.Read(node.Identity.ConfigFile);
        return NodeKeys.Load(options);
    }

    private void UseLedger(TestNode node, Uri url) => node.Edit(json =>
    {
        json["ledger"]!["endpoints"] = new JsonArray(url.AbsoluteUri);
        json["ledger"]!["genesis"] = anvil.Deployment.Genesis;
        json["ledger"]!["chainId"] = anvil.Deployment.ChainId;
        json["ledger"]!["contract"] = anvil.Deployment.Contract;
    });
}
