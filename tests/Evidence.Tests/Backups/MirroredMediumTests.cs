using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;
using Evidence.Verifier;

namespace Evidence.Tests.Backups;

public sealed class MirroredMediumTests
{
    [Fact]
    public async Task Holds_the_logs_of_other_nodes_where_that_is_asked_for()
    {
        await using var network = await TestNetwork.StartAsync(2, json => json["volumeBytes"] = 65536);
        await network.ArchiveAsync(0, 30);
        await network.ArchiveAsync(1, 4);
        await network.SettleAsync();
        using var medium = new TestMedium();
        string[] command = ["backup", "--config", network[1].Identity.ConfigFile, "--to", medium.Folder, "--json"];
        var own = await CommandRun.Of(command);
        Assert.True(own.Code == 0, own.Output + own.Error);
        Assert.Equal((1, 4), Judged(medium, own));
        var both = await CommandRun.Of([.. command, "--mirrors"]);
        Assert.True(both.Code == 0, both.Output + both.Error);
        Assert.Equal((2, 34), Judged(medium, both));
        Assert.Equal(network[1].Identity.Origin, both.Json["logs"]![0]!["origin"]!.GetValue<string>());

        using var into = new TemporaryFolder();
        var trust = network[1].Write("trusted.json", System.Text.Encoding.UTF8.GetString(Core.Trust.TrustPolicyJson.Encode(TestTrust.For(network[1]))));
        var drill = await CommandRun.Of("drill", "--from", medium.Folder, "--into", into.At("drill"), "--trust", trust, "--json");
        Assert.Equal(Evidence.Cli.ExitCode.Undetermined, drill.Code); // trust.json names one of the two logs
        Assert.All(drill.Json["logs"]!.AsArray(), log => Assert.True(log!["rebuilt"]!["installed"]!.GetValue<bool>()));
    }

    /// <summary>Number of logs that were backed up, and of records on the medium; nobody trusts anything here, and nothing is altered.</summary>
    private static (int Logs, int Records) Judged(TestMedium medium, CommandRun run)
    {
        var verified = BackedUpNode.Verify(medium.Folder, "--json");
        Assert.True(verified.Code == ExitCode.Undetermined, verified.Output);
        Assert.Equal("INTACT", verified.Json["layers"]!["package"]!.GetValue<string>());
        return (run.Json["logs"]!.AsArray().Count, verified.Json["records"]!["count"]!.GetValue<int>());
    }
}
