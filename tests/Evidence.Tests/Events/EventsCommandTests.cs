using Evidence.Cli;
using Evidence.Tests.Cli;
using Evidence.Tests.Monitor;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Events;

/// <summary>`evidence events` against a whole node.</summary>
public sealed class EventsCommandTests : SealingTestBase
{
    [Fact]
    public async Task Shows_what_seal_and_anchor_say_with_what_is_sealed_and_on_what_each_rests()
    {
        await using var node = await TestNode.StartNewAsync();
        var receipts = new List<V1.ArchiveResponse>();
        for (var i = 0; i < 3; i++) receipts.Add(await Upload.Of([(byte)i]).SendAsync(node));
        await node.AnchoredAsync(receipts[^1].Record);
        await RecordAsync(node, Checked(node, 0, 2, "of the first two"), Checked(node, 2, 3, "of the third"));
        await SealAsync(node);
        var run = await RunAsync(node, "--json", receipts[1].Record);
        Assert.Equal((ExitCode.Intact, ""), (run.Code, run.Error));
        var events = run.Json["events"]!.AsArray();
        Assert.Equal(["ingestion", "anchoring", "fixity check"], events.Select(static one => one!["type"]!.GetValue<string>()));
        Assert.Equal("of the first two", events[2]!["detail"]!.GetValue<string>());
        Assert.Equal("[[1,2]]", events[2]!["objects"]![0]!["leaves"]!.ToJsonString());
        Assert.Equal([null, null, $"{(await DocumentsAsync(node.Logs.Own)).Single().Record.RecordId}/0"], events.Select(static one => one!["id"]?.GetValue<string>()));
        Assert.All(events, static one => Assert.NotEmpty(one!["restsOn"]!.GetValue<string>()));
        Assert.Contains("fixity check 检查: success", (await RunAsync(node, receipts[1].Record)).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(node, "--json", "--log")).Json["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_history_that_cannot_be_followed_is_not_told_with_gaps()
    {
        await using var node = await TestNode.StartNewAsync();
        var receipt = await Upload.Of("x"u8.ToArray()).SendAsync(node);
        await RecordAsync(node, Checked(node, 0, 1, "the first one"));
        await SealAsync(node);
        Damage.Replace(Assert.Single(Directory.GetFiles(Path.Combine(node.Logs.Own.Folder, "volumes"))), "the first one"u8, "the first two"u8);
        var run = await RunAsync(node, receipt.Record);
        Assert.NotEqual(ExitCode.Intact, run.Code);
        Assert.Contains("cannot be followed at leaf 1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_for_a_record_or_a_log()
    {
        await using var node = await TestNode.StartNewAsync();
        Assert.Equal(ExitCode.Usage, (await RunAsync(node)).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync(node, "019a0000-0000-7000-8000-000000000001", "--log")).Code);
    }

    private static Task<CommandRun> RunAsync(TestNode node, params string[] arguments) => CommandRun.Of(["events", .. arguments, "--node", node.Address.AbsoluteUri]);
}
