using System.Text;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Logs;
using Evidence.Node.Reindexing;
using Evidence.Storage;
using Evidence.Tests.Nodes;
using StoredLog = Evidence.Tests.Storage.TestLog;

namespace Evidence.Tests.Reindexing;

public sealed class NodeReindexTests
{
    [Fact]
    public async Task Rebuilds_a_node_that_has_nothing_but_its_volumes_and_proofs()
    {
        await using var node = await AnchoredAsync();
        var log = Assert.Single(Directory.GetDirectories(Path.Combine(node.DataFolder, "logs")));
        foreach (var folder in (string[])["index", "tile"]) Directory.Delete(Path.Combine(log, folder), recursive: true);
        File.Delete(Path.Combine(log, "checkpoint"));

        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Intact, report.Outcome);
        var reindexed = Assert.Single(report.Logs);
        Assert.True(reindexed.Installed);
        Assert.Equal((ulong)Records, reindexed.Size);
        Assert.Equal((ulong)Records, reindexed.CheckpointSize); // as the proof of its anchor carries it
        Assert.True(reindexed.ProvenAnchors > 0);
        Assert.Equal(node.Ledger.Anchors(node.LogId).Count, reindexed.LedgerAnchors);

        await node.StartAsync();
        Assert.Empty(node.Logs.Own.OpenFindings);
        Assert.Null(node.Logs.Own.AppendRefusal);
        await Upload.Of("one more"u8.ToArray()).SendAsync(node);
    }

    [Fact]
    public async Task Rebuilds_a_node_that_has_nothing_but_its_volumes_and_reaches_no_ledger()
    {
        await using var node = await AnchoredAsync();
        node.Ledger.Failure = _ => FakeLedger.Unreachable;
        foreach (var folder in (string[])["index", "tile", "proofs"]) Directory.Delete(Path.Combine(OwnLog(node), folder), recursive: true);
        File.Delete(Path.Combine(OwnLog(node), "checkpoint"));
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
        Assert.True(report.Logs[0].Installed);
        await node.StartAsync();
        Assert.Equal((ulong)Records, node.Logs.Own.Size);
        Assert.Equal(report.Logs[0].Root, node.Logs.Own.Root);
    }

    [Fact]
    public async Task Is_undetermined_when_the_ledger_does_not_answer_and_rebuilds_all_the_same()
    {
        await using var node = await AnchoredAsync();
        Directory.Delete(Path.Combine(OwnLog(node), "index"), recursive: true);
        node.Ledger.Failure = _ => FakeLedger.Unreachable;
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
        Assert.Contains(report.Logs[0].Findings, f => f.Code == FindingCodes.LedgerUnreachable);
        Assert.True(report.Logs[0].Installed);
        Assert.Null(report.Logs[0].LedgerAnchors);
    }

    [Fact]
    public async Task Is_undetermined_when_the_ledger_has_no_anchor_of_the_log()
    {
        await using var node = await AnchoredAsync();
        var ledger = new FakeLedger(TimeProvider.System);
        ledger.Register(node.LogId, "0x00000000000000000000000000000000000000bb", "without anchors");
        var report = await NodeReindex.RunAsync(NodeOptionsReader.Read(node.Identity.ConfigFile), new NodeSeams(TimeProvider.System, ledger), new Told(_ => { }), CancellationToken.None);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
        Assert.Equal(0, report.Logs[0].LedgerAnchors);
        Assert.Contains(report.Logs[0].Findings, f => f.Code == FindingCodes.AnchorMissing && f.Message.StartsWith("Leaves 0 to 4 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Is_undetermined_when_leaves_are_sealed_and_not_yet_anchored()
    {
        await using var node = await AnchoredAsync();
        await node.StartAsync();
        node.Ledger.Failure = _ => FakeLedger.Unreachable;
        await Upload.Of("sealed only"u8.ToArray()).SendAsync(node);
        await node.StopAsync();
        node.Ledger.Failure = null;
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
        Assert.True(report.Logs[0].LedgerAnchors > 0);
        Assert.Contains(report.Logs[0].Findings, f => f.Code == FindingCodes.AnchorMissing && f.Message.StartsWith("Leaves 5 to 5 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("anchors.log")]
    [InlineData("cosignatures.log")]
    public async Task Is_undetermined_when_a_proof_file_is_gone_and_the_ledger_has_anchors(string name)
    {
        await using var node = await AnchoredAsync();
        File.Delete(Path.Combine(OwnLog(node), "proofs", name));
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
        Assert.Contains(report.Logs[0].Findings, f => f.Code == FindingCodes.ProofFileMissing && f.Subject == name);
    }

    [Fact]
    public async Task Is_altered_when_the_checkpoint_cannot_be_used_and_rebuilds_all_the_same()
    {
        await using var node = await AnchoredAsync();
        await File.WriteAllTextAsync(Path.Combine(OwnLog(node), "checkpoint"), "nonsense");
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.True(report.Logs[0].Installed);
        Assert.Contains(report.Logs[0].Findings, f => f is { Code: FindingCodes.TileUnreadable, Severity: Severity.Error });
    }

    [Fact]
    public async Task Names_a_flipped_byte_and_changes_nothing()
    {
        await using var node = await AnchoredAsync();
        StoredLog.Flip(Path.Combine(OwnLog(node), "volumes", "v0000000001.tar"), 512);
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.False(report.Logs[0].Installed);
        Assert.Contains(report.Logs[0].Findings, f => f.Code == FindingCodes.PartChanged);
    }

    [Fact]
    public async Task Is_altered_when_the_ledger_anchors_another_root()
    {
        await using var node = await AnchoredAsync();
        node.Ledger.Forge(node.LogId, 2, Digest.Of([1]));
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.False(report.Logs[0].Installed);
        Assert.Contains(report.Logs[0].Findings, f => f is { Code: FindingCodes.AnchorChanged, Severity: Severity.Error });
    }

    [Fact]
    public async Task Is_altered_when_the_ledger_anchors_more_leaves_than_the_volumes_give()
    {
        await using var node = await AnchoredAsync();
        node.Ledger.Forge(node.LogId, 1000, Digest.Of([1]));
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.Contains(report.Logs[0].Findings, f => f is { Code: FindingCodes.VolumeMissing, Layer: Layer.Storage, Actual: "5" });
    }

    [Fact]
    public async Task Is_altered_when_the_end_of_the_log_and_its_checkpoint_are_gone_but_a_proof_of_them_is_there()
    {
        await using var node = await AnchoredAsync();
        node.Ledger.Failure = _ => FakeLedger.Unreachable;
        var log = OwnLog(node);
        File.Delete(Path.Combine(log, "checkpoint"));
        await using (var volume = new FileStream(Path.Combine(log, "volumes", "v0000000001.tar"), FileMode.Open)) volume.SetLength(volume.Length - 512);
        var report = await ReindexAsync(node);
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.False(report.Logs[0].Installed);
        Assert.Contains(report.Logs[0].Findings, f => f is { Code: FindingCodes.VolumeMissing, Subject: "anchors.log" });
    }

    [Fact]
    public async Task Refuses_while_the_node_runs_and_before_there_is_a_log()
    {
        await using var node = await AnchoredAsync();
        await node.StartAsync();
        await Assert.ThrowsAsync<DataFolderInUseException>(() => ReindexAsync(node));
        await node.StopAsync();
        Directory.Delete(Path.Combine(node.DataFolder, "logs"), recursive: true);
        await Assert.ThrowsAsync<StorageException>(() => ReindexAsync(node));
    }

    [Fact]
    public async Task Says_which_folders_it_left_alone_because_nothing_says_whose_they_are()
    {
        await using var node = await AnchoredAsync();
        Directory.CreateDirectory(Path.Combine(node.DataFolder, "logs", "who-knows"));
        var report = await ReindexAsync(node);
        Assert.Equal(["who-knows"], report.Unknown);
        Assert.Equal(Outcome.Undetermined, report.Outcome);
    }

    [Fact]
    public async Task Reindexes_mirrors_as_well_and_forgives_them_that_they_are_behind_their_peer()
    {
        await using var node = await AnchoredAsync();
        var roots = await MirrorAsync(node);
        node.Ledger.Forge(StoredLog.Signer.Key.LogId, Records, roots[Records]);
        node.Ledger.Forge(StoredLog.Signer.Key.LogId, 1000, Digest.Of([1])); // not here yet
        foreach (var log in Directory.GetDirectories(Path.Combine(node.DataFolder, "logs"))) Directory.Delete(Path.Combine(log, "index"), recursive: true);
        var report = await ReindexAsync(node);
        Assert.Equal(["evidence.test/node1", StoredLog.Origin], report.Logs.Select(l => l.Origin));
        Assert.All(report.Logs, log => Assert.True(log.Installed));
        Assert.Equal((1, (ulong)Records, roots[Records]), (report.Logs[1].LedgerAnchors, report.Logs[1].Size, report.Logs[1].Root));
        Assert.Empty(report.Logs[1].Findings);
        Assert.Equal(Outcome.Intact, report.Outcome);
        Assert.All(Directory.GetDirectories(Path.Combine(node.DataFolder, "logs")), log => Assert.True(Directory.Exists(Path.Combine(log, "index"))));
    }

    [Fact]
    public async Task A_mirror_that_the_ledger_contradicts_stays_as_it_was_and_the_own_log_is_reindexed()
    {
        await using var node = await AnchoredAsync();
        var roots = await MirrorAsync(node);
        node.Ledger.Forge(StoredLog.Signer.Key.LogId, 2, Digest.Of([1]));
        node.Ledger.Forge(StoredLog.Signer.Key.LogId, Records, roots[Records]);
        var report = await ReindexAsync(node);
        Assert.Equal([(Outcome.Intact, true), (Outcome.Altered, false)], report.Logs.Select(l => (l.Outcome, l.Installed)));
        Assert.Equal(Outcome.Altered, report.Outcome);
        var finding = Assert.Single(report.Logs[1].Findings, f => f.Code == FindingCodes.AnchorChanged);
        Assert.Equal((Digest.Of([1]).ToString(), roots[2].ToString()), (finding.Expected, finding.Actual));
    }

    private const int Records = 5;

    /// <summary>Puts the log of a peer beside the node's own; gives its roots by number of leaves.</summary>
    private static async Task<List<Digest>> MirrorAsync(TestNode node)
    {
        await using var mirror = await new StoredLog(folder: LogFolders.PathOf(node.DataFolder, StoredLog.Signer.Key)).OpenAsync();
        await mirror.AppendManyAsync(Records);
        await mirror.PublishAsync();
        node.Ledger.Register(StoredLog.Signer.Key.LogId, "0x00000000000000000000000000000000000000bb", StoredLog.Origin);
        return [.. Enumerable.Range(0, Records + 1).Select(size => mirror.Store.RootAt((ulong)size))];
    }

    private static string OwnLog(TestNode node) => Assert.Single(Directory.GetDirectories(Path.Combine(node.DataFolder, "logs")), path => !path.EndsWith("who-knows", StringComparison.Ordinal));

    private static Task<ReindexReport> ReindexAsync(TestNode node) =>
        NodeReindex.RunAsync(NodeOptionsReader.Read(node.Identity.ConfigFile), new NodeSeams(TimeProvider.System, node.Ledger), new Told(_ => { }), CancellationToken.None);

    private static async Task<TestNode> AnchoredAsync()
    {
        var node = await TestNode.StartNewAsync();
        var last = "";
        for (var i = 0; i < Records; i++) last = (await Upload.Of(Encoding.UTF8.GetBytes($"record {i}")).SendAsync(node)).Record;
        await node.AnchoredAsync(last);
        await node.StopAsync();
        return node;
    }
}
