using Evidence.Cli;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Logs;
using Evidence.Storage;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Rotating;

/// <summary>keys/log.json, without which a handed-on key looks like the first key of a log, is lost.</summary>
public sealed class LostHistoryTests
{
    private static readonly string[][] Commands = [["run", "--config"], ["reindex", "--config"], ["rotate-key", "--config"], ["init", "--name", "node1", "--origin", "evidence.test/node1"]];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_command_begins_another_log_and_each_says_what_to_restore(bool discarded)
    {
        await using var node = await RotatedAsync(discarded);
        var history = Path.Combine(HandedOn.Keys(node), "log.json");
        File.Delete(history);
        var before = Files(node);
        foreach (var command in Commands) await AssertRefusedAsync(node, command, $"cp '{LogKeyRotationTests.LogJson(node)}' '{history}'");
        Assert.Equal(before, Files(node));
        File.Copy(LogKeyRotationTests.LogJson(node), history);
        await AssertGoesOnAsync(node);
    }

    [Fact]
    public async Task A_log_without_records_that_was_begun_meanwhile_is_named_until_it_is_removed()
    {
        await using var node = await RotatedAsync(discarded: false);
        var history = Path.Combine(HandedOn.Keys(node), "log.json");
        File.Delete(history);
        var stray = await BeginAsync(node, HandedOn.Current(node).Key);
        foreach (var command in Commands)
        {
            await AssertRefusedAsync(node, command, $"cp '{LogKeyRotationTests.LogJson(node)}' '{history}'");
            await AssertRefusedAsync(node, command, $"rm -r '{stray}'");
        }

        File.Copy(LogKeyRotationTests.LogJson(node), history);
        foreach (var command in Commands) await AssertRefusedAsync(node, command, $"rm -r '{stray}'");
        Directory.Delete(stray, recursive: true);
        await AssertGoesOnAsync(node);
    }

    [Fact]
    public async Task A_log_with_records_is_never_called_one_to_be_removed()
    {
        await using var node = await RotatedAsync(discarded: false);
        var own = Path.GetDirectoryName(LogKeyRotationTests.LogJson(node))!;
        File.WriteAllBytes(Path.Combine(HandedOn.Keys(node), "log.json"), LogIdentity.Encode(new LogKeyHistory(HandedOn.Current(node).Key)));
        var run = await CommandRun.Of("node", "run", "--config", node.Identity.ConfigFile).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains($"{own} holds another log", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("rm ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_another_log_of_the_same_origin_are_refused()
    {
        await using var node = await RotatedAsync(discarded: true);
        File.Delete(Path.Combine(HandedOn.Keys(node), "log.json"));
        File.WriteAllText(Path.Combine(HandedOn.Keys(node), "log.key"), new string('7', 64) + "\n");
        foreach (var command in Commands) await AssertRefusedAsync(node, command, "restore the keys that are that log's");
    }

    [Fact]
    public async Task A_retired_key_alone_tells_that_the_history_is_lost()
    {
        await using var node = await RotatedAsync(discarded: false);
        File.Delete(Path.Combine(HandedOn.Keys(node), "log.json"));
        Directory.Delete(node.DataFolder, recursive: true);
        foreach (var command in Commands) await AssertRefusedAsync(node, command, "restore log.json from a backup");
        Assert.False(Directory.Exists(Path.Combine(node.DataFolder, "logs")));
    }

    [Fact]
    public async Task No_new_key_is_made_in_the_place_of_one_that_had_others_before_it()
    {
        await using var node = await RotatedAsync(discarded: true);
        var key = Path.Combine(HandedOn.Keys(node), "log.key");
        File.Delete(key);
        await AssertRefusedAsync(node, Commands[^1], "restore it from a backup");
        Assert.False(File.Exists(key));
    }

    private static async Task<TestNode> RotatedAsync(bool discarded)
    {
        var node = await TestTrust.StartTrustingNodeAsync();
        await node.AnchoredAsync((await Upload.Of("before"u8.ToArray()).SendAsync(node)).Record);
        await HandedOn.RotateAsync(node, discarded);
        return node;
    }

    private static async Task<string> BeginAsync(TestNode node, VerifierKey key)
    {
        var path = LogFolders.PathOf(node.DataFolder, key);
        await using var log = await LogStore.OpenAsync(path, node.Identity.Origin, new LogKeyHistory(key), new LogStoreOptions(), TimeProvider.System, NullLogger<LogStore>.Instance, CancellationToken.None);
        return path;
    }

    private static async Task AssertRefusedAsync(TestNode node, string[] command, string expected)
    {
        var folder = Path.GetDirectoryName(node.Identity.ConfigFile)!;
        var run = await CommandRun.Of(["node", .. command, command[0] == "init" ? folder : node.Identity.ConfigFile]).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(run.Code == ExitCode.Usage, $"{command[0]}: {run.Code} {run.Error}");
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static async Task AssertGoesOnAsync(TestNode node)
    {
        await node.StartAsync();
        Assert.Equal((node.LogId, 1UL), (node.Logs.Own.Keys.LogId, node.Logs.Own.Size));
        var record = (await Upload.Of("after"u8.ToArray()).SendAsync(node)).Record;
        await node.AnchoredAsync(record);
        Assert.Equal(Outcome.Intact, (await node.Client.VerifyRecordAsync(record, CancellationToken.None)).Whole);
    }

    /// <summary>Every file with its bytes, without the data folder's lock.</summary>
    private static List<string> Files(TestNode node) => [.. Directory.GetFiles(Path.GetDirectoryName(node.Identity.ConfigFile)!, "*", SearchOption.AllDirectories)
        .Where(static file => Path.GetFileName(file) != "lock").Order(StringComparer.Ordinal).Select(static file => $"{file} {Evidence.Core.Digest.Of(File.ReadAllBytes(file))}")];
}
