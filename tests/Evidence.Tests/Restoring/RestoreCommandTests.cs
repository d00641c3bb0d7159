using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Core.Verification;
using Evidence.Tests.Cli;
using Evidence.Tests.Replication;

namespace Evidence.Tests.Restoring;

/// <summary>`evidence node restore` as a person or a script sees it. The ledger of its node.json is an address where nobody listens.</summary>
public sealed class RestoreCommandTests : IAsyncLifetime
{
    private TestNetwork _network = null!;

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2);
        await _network.ArchiveAsync(0, 5);
        await _network.SettleAsync();
        await _network[0].StopAsync();
        Directory.Delete(_network[0].DataFolder, recursive: true);
    }

    public Task DisposeAsync() => _network.DisposeAsync().AsTask();

    [Fact]
    public async Task Restores_everything_and_ends_with_4_when_no_ledger_answers()
    {
        var run = await RunAsync("--json");
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Empty(run.Error);
        Assert.Equal(("UNDETERMINED", true, true), (Text(run.Json["outcome"]), run.Json["complete"]!.GetValue<bool>(), run.Json["canSign"]!.GetValue<bool>()));
        Assert.Equal((5, 5, 1), (run.Json["leaves"]!.GetValue<int>(), run.Json["checkpoint"]!.GetValue<int>(), run.Json["volumes"]!.GetValue<int>()));
        Assert.Equal([FindingCodes.LedgerUnreachable], run.Json["findings"]!.AsArray().Select(finding => Text(finding!["code"])));
        await _network[0].StartAsync();
        Assert.Equal(_network[0].Logs.Own.Root.ToString(), Text(run.Json["root"]));
    }

    [Fact]
    public async Task Says_in_lines_how_far_it_is_and_that_the_node_can_be_started()
    {
        var run = await RunAsync("--from", "node2");
        Assert.Contains("restoring volumes, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("log evidence.test/node1: 5 of 5 records in 1 volumes", run.Output, StringComparison.Ordinal);
        Assert.Contains("The node can be started", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Ends_with_2_for_a_peer_that_nobody_knows_and_with_3_for_one_that_is_silent()
    {
        var unknown = await RunAsync("--from", "node9");
        Assert.Equal(ExitCode.Usage, unknown.Code);
        Assert.Contains("node9", unknown.Error, StringComparison.Ordinal);
        var silent = await RunAsync("--from", CommandRun.NoNode);
        Assert.Equal(ExitCode.Unreachable, silent.Code);
    }

    private Task<CommandRun> RunAsync(params string[] more) => CommandRun.Of(["node", "restore", "--config", _network[0].Identity.ConfigFile, .. more]);

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
