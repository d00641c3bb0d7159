using Evidence.Cli;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Backups;

/// <summary>Where a medium and a drill may not lie, whatever names lead there.</summary>
public sealed class MediumPlaceTests
{
    [Fact]
    public async Task A_medium_lies_nowhere_within_the_node_not_even_through_a_link()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var links = new TemporaryFolder();
        var data = Path.GetDirectoryName(Path.GetDirectoryName(node.Node.Logs.Own.Folder))!;
        var inner = Directory.CreateDirectory(Path.Combine(data, "medium")).FullName;
        Directory.CreateSymbolicLink(links.At("to-data"), data);
        Directory.CreateSymbolicLink(links.At("to-link"), "to-data/medium");
        foreach (var target in (string[])[data, inner, Path.GetDirectoryName(data)!, links.At("to-data"), links.At("to-link"), Path.Combine(links.At("to-data"), "medium")])
        {
            var run = await CommandRun.Of("backup", "--config", node.Node.Identity.ConfigFile, "--to", target);
            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.Contains("lie in each other", run.Error, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(inner));
        Directory.CreateSymbolicLink(links.At("to-medium"), node.Medium.Folder); // which is a place of its own
        Assert.Equal(0, (await CommandRun.Of("backup", "--config", node.Node.Identity.ConfigFile, "--to", links.At("to-medium"))).Code);
    }

    [Fact]
    public async Task A_drill_restores_neither_into_the_medium_nor_into_the_node()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var links = new TemporaryFolder();
        var data = Path.GetDirectoryName(Path.GetDirectoryName(node.Node.Logs.Own.Folder))!;
        Directory.CreateSymbolicLink(links.At("to-medium"), node.Medium.Folder);
        Directory.CreateSymbolicLink(links.At("to-data"), data);
        string[] byTrust = ["--trust", node.Trust], byNode = ["--config", node.Node.Identity.ConfigFile];
        foreach (var (into, by) in new[] { (node.Medium.At("drill"), byTrust), (Path.Combine(links.At("to-medium"), "a", "b"), byTrust), (Path.Combine(links.At("to-data"), "drill"), byNode) })
        {
            var run = await CommandRun.Of(["drill", "--from", node.Medium.Folder, "--into", into, .. by]);
            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.Contains("lie in each other", run.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(into));
        }

        Assert.Equal(ExitCode.Intact, node.Verify().Code);
    }

    [Fact]
    public async Task Links_that_lead_round_in_a_circle_are_no_place()
    {
        await using var node = await BackedUpNode.StartAsync();
        using var links = new TemporaryFolder();
        Directory.CreateSymbolicLink(links.At("one"), "two");
        Directory.CreateSymbolicLink(links.At("two"), "one");
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("backup", "--config", node.Node.Identity.ConfigFile, "--to", links.At("one", "x"))).Code);
    }
}
