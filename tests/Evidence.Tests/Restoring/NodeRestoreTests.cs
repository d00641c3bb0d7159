using System.Globalization;
using System.Text;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Replication;
using Evidence.Node.Restoring;
using Evidence.Storage;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;
using MemorySource = Evidence.Tests.Storage.MemorySource;
using StoredLog = Evidence.Tests.Storage.TestLog;

namespace Evidence.Tests.Restoring;

/// <summary>Node 1 loses everything but its configuration and keys; nodes 2 and 3 mirror it, and their answers may be bent on the way.</summary>
public sealed class NodeRestoreTests : IAsyncLifetime
{
    private const int Records = 40;
    private TestNetwork _network = null!;
    private List<byte[]> _truth = [];
    private Digest _root;
    private LyingPeer[] _peers = [];
    private int _anchors;

    private TestNode Node => _network[0];

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(3, json => json["volumeBytes"] = 65_536);
        await _network.ArchiveAsync(0, Records);
        await _network.SettleAsync();
        (_truth, _root, _anchors) = (Volumes(), Node.Logs.Own.Root, _network.Ledger.Anchors(Node.LogId).Count);
        Assert.True(_truth.Count > 1, "the records are to fill several volumes");
        await Node.StopAsync();
        Directory.Delete(Node.DataFolder, recursive: true);
        _peers = [.. ReplicationServices.Connect(Options().Peers, new NodeTls(null), TimeProvider.System).Select(peer => new LyingPeer(peer))];
    }

    public Task DisposeAsync() => _network.DisposeAsync().AsTask();

    [Fact]
    public async Task The_node_comes_back_with_the_very_same_bytes_and_goes_on_appending()
    {
        var report = await RestoreAsync();
        Assert.Equal(Outcome.Intact, report.Outcome);
        Assert.Empty(report.Findings);
        Assert.Equal((true, true, (ulong)Records, _root), (report.IsComplete, report.CanSign, report.Size, report.Root));
        Assert.Equal((_anchors, _anchors, 2 * _anchors), (report.LedgerAnchors, report.AnchorProofs, report.Cosignatures));

        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
        Assert.Empty(Node.Logs.Own.OpenFindings);
        await _network.ArchiveAsync(0, 3);
        await _network.SettleAsync();
        Assert.Equal((ulong)Records + 3, _network.Mirror(1, 0).Size);
        Assert.Equal(_root, Node.Logs.Own.RootAt(Records));
        Assert.DoesNotContain(Node.Alerts.All, alert => alert.IsOpen);
    }

    [Fact]
    public async Task A_peer_that_changes_a_byte_is_named_and_another_is_asked()
    {
        Flip(_peers[0]);
        var report = await RestoreAsync();
        Assert.Equal(Outcome.Intact, report.Outcome);
        Assert.NotEmpty(report.Findings);
        Assert.All(report.Findings, finding => Assert.Equal((FindingCodes.PeerWrong, "node2"), (finding.Code, finding.Subject)));
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task A_peer_whose_tiles_make_another_tree_is_named_and_another_is_asked()
    {
        _peers[0].Tile = (_, bytes) => bytes[40] ^= 1;
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Intact, "node2"), (report.Outcome, Assert.Single(report.Findings).Subject));
    }

    [Fact]
    public async Task Records_that_the_log_never_signed_are_not_taken()
    {
        await using var other = await new StoredLog().OpenAsync();
        await other.AppendManyAsync(Records);
        var forged = await File.ReadAllBytesAsync(other.VolumePath());
        _peers[0].Volumes = volumes => [.. volumes.Select(volume => volume.Number == 1 ? volume with { Length = forged.Length, Closed = false } : volume)];
        _peers[0].Bytes = (offset, bytes) => forged.AsSpan((int)Math.Min(offset, forged.Length - bytes.Length), bytes.Length).CopyTo(bytes);
        var report = await RestoreAsync();
        Assert.Equal(Outcome.Intact, report.Outcome);
        Assert.Contains(report.Findings, finding => finding is { Code: FindingCodes.PeerWrong, Subject: "node2" });
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task What_no_peer_proves_is_named_and_no_node_starts_on_the_rest_before_it_is_there()
    {
        foreach (var peer in _peers) Flip(peer);
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Altered, false), (report.Outcome, report.IsComplete));
        Assert.Contains(report.Findings, finding => finding is { Code: FindingCodes.SealMissing } && finding.Message.Contains("node2 holds bytes that do not prove. node3 holds", StringComparison.Ordinal));
        Assert.Equal(["node2", "node3"], report.Findings.Where(finding => finding.Code == FindingCodes.PeerWrong).Select(finding => finding.Subject).Distinct().Order());
        var refusal = await Assert.ThrowsAsync<StorageException>(() => Node.StartAsync());
        Assert.Contains("evidence node restore", refusal.Message, StringComparison.Ordinal);

        foreach (var peer in _peers) peer.Bytes = null;
        Assert.Equal(Outcome.Intact, (await RestoreAsync()).Outcome);
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Theory]
    [InlineData(3)] // in the first header's name
    [InlineData(130)] // in its size
    [InlineData(600)] // in the first content
    [InlineData(20_000)]
    [InlineData(41_111)]
    public async Task One_bad_byte_of_the_only_replica_costs_one_record_until_a_better_replica_is_there(int at)
    {
        FlipAt(_peers[0], at);
        var report = await RestoreAsync([_peers[0]]);
        Assert.Equal((Outcome.Altered, false), (report.Outcome, report.IsComplete));
        var leaf = Assert.Single(report.Findings, finding => finding.Code == FindingCodes.SealMissing).Subject.Split(' ');
        Assert.Equal(leaf[1], leaf[3]);
        Assert.Contains("volume 1 from byte", Assert.Single(report.Findings, finding => finding is { Code: FindingCodes.PeerWrong, Subject: "node2" }).Message, StringComparison.Ordinal);
        var gap = Assert.Single(report.Findings, finding => finding.Code == FindingCodes.VolumeMissing).Subject.Split(' ');
        AssertAllButTheGap(int.Parse(gap[3], CultureInfo.InvariantCulture), int.Parse(gap[5], CultureInfo.InvariantCulture), at);
        await Assert.ThrowsAsync<StorageException>(() => Node.StartAsync());

        Assert.Equal(report.Size, (await RestoreAsync([_peers[0]])).Size);
        Assert.Equal(Outcome.Intact, (await RestoreAsync([_peers[1]])).Outcome);
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task Two_replicas_with_a_bad_byte_each_give_the_whole_log_together()
    {
        FlipAt(_peers[0], 20_000);
        FlipAt(_peers[1], 41_111);
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Intact, true), (report.Outcome, report.IsComplete));
        Assert.Equal((_anchors, 2 * _anchors), (report.AnchorProofs, report.Cosignatures));
        Assert.All(report.Findings, finding => Assert.Equal(FindingCodes.PeerWrong, finding.Code));
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task Of_two_damaged_records_side_by_side_each_comes_from_the_replica_that_has_it()
    {
        var records = await PlacesOfVolume1Async();
        FlipAt(_peers[0], Middle(records[2]), Middle(records[3]), Middle(records[4]));
        FlipAt(_peers[1], Middle(records[2]), Middle(records[4]));
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Altered, false), (report.Outcome, report.IsComplete));
        Assert.Equal([$"leaves {records[2].Leaf} to {records[2].Leaf}", $"leaves {records[4].Leaf} to {records[4].Leaf}"], report.Findings.Where(finding => finding.Code == FindingCodes.SealMissing).Select(finding => finding.Subject));
        FlipAt(_peers[0], Middle(records[2]));
        FlipAt(_peers[1], Middle(records[4]));
        Assert.Equal(Outcome.Intact, (await RestoreAsync()).Outcome);
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task A_record_that_a_silent_replica_may_have_is_not_called_altered()
    {
        FlipAt(_peers[0], 20_000);
        _peers[1].BreaksAfter = 0;
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Undetermined, false), (report.Outcome, report.IsComplete));
        Assert.Contains("node3 did not answer", Assert.Single(report.Findings, finding => finding.Code == FindingCodes.SealMissing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_was_broken_off_goes_on_where_it_was()
    {
        using var stop = new CancellationTokenSource();
        foreach (var peer in _peers) peer.Before = volume => volume == 1 ? Task.CompletedTask : BreakOffAsync(stop); // only the first volume ever comes
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RestoreAsync(ct: stop.Token));
        await Assert.ThrowsAsync<StorageException>(() => Node.StartAsync());
        var kept = Here();
        Assert.InRange(kept, 1, _truth.Sum(volume => (long)volume.Length) - 1);
        await TearAsync();

        long fetched = 0;
        foreach (var peer in _peers) (peer.Before, peer.Bytes) = (null, (_, bytes) => Interlocked.Add(ref fetched, bytes.Length));
        Assert.Equal(Outcome.Intact, (await RestoreAsync()).Outcome);
        Assert.InRange(fetched, 1, _truth.Sum(volume => (long)volume.Length) - kept);
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task A_link_that_breaks_again_and_again_brings_everything_over()
    {
        foreach (var peer in _peers) peer.BreaksAfter = 20_000;
        Assert.Equal(Outcome.Intact, (await RestoreAsync()).Outcome);
        await Node.StartAsync();
        Assert.Equal(_truth, Volumes());
    }

    [Fact]
    public async Task A_checkpoint_that_leaves_out_what_is_anchored_is_not_enough()
    {
        _network.Ledger.Forge(Node.LogId, 1000, Digest.Of([1]));
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Altered, false), (report.Outcome, report.IsComplete));
        Assert.Contains(report.Findings, finding => finding is { Code: FindingCodes.SealMissing, Subject: "leaves 40 to 999" });
    }

    [Fact]
    public async Task A_tree_that_the_ledger_contradicts_is_not_taken()
    {
        _network.Ledger.Forge(Node.LogId, Records, Digest.Of([1]));
        var refusal = await Assert.ThrowsAsync<RestoreException>(() => RestoreAsync());
        Assert.Contains("another tree of 40 leaves than the ledger holds", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_ledger_everything_is_restored_and_the_outcome_undetermined()
    {
        _network.Ledger.Failure = _ => FakeLedger.Unreachable;
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Undetermined, true, null), (report.Outcome, report.IsComplete, report.LedgerAnchors));
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.LedgerUnreachable);
    }

    [Fact]
    public async Task A_key_that_was_made_anew_is_not_taken_for_the_logs()
    {
        var keys = Options().KeysFolder;
        File.Delete(Path.Combine(keys, "log.key"));
        var missing = await Assert.ThrowsAsync<RestoreException>(() => RestoreAsync());
        Assert.Contains("The peers do not have this key", missing.Message, StringComparison.Ordinal);
        NodeInitializer.Init(Path.GetDirectoryName(Node.Identity.ConfigFile)!, new NodeInitOptions("node1", "evidence.test/node1"));
        var other = await Assert.ThrowsAsync<RestoreException>(() => RestoreAsync());
        Assert.Contains("not of this node's key", other.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Node.DataFolder, "logs")));
    }

    [Fact]
    public async Task Without_the_key_the_log_is_restored_to_be_mirrored_and_never_appended_to()
    {
        File.Delete(Path.Combine(Options().KeysFolder, "log.key"));
        var report = await RestoreAsync(withoutKey: true);
        Assert.Equal((Outcome.Intact, true, false), (report.Outcome, report.IsComplete, report.CanSign));
        await Assert.ThrowsAsync<KeyFileException>(() => Node.StartAsync());
        Node.Edit(json => json["origin"] = "evidence.test/node4");
        NodeInitializer.Init(Path.GetDirectoryName(Node.Identity.ConfigFile)!, new NodeInitOptions("node1", "evidence.test/node4"));
        await Node.StartAsync();
        Assert.Equal(_root, Node.Logs.Mirrors["evidence.test/node1"].Root);
    }

    [Fact]
    public async Task A_log_that_is_there_is_left_alone()
    {
        await RestoreAsync();
        var refusal = await Assert.ThrowsAsync<StorageException>(() => RestoreAsync());
        Assert.Contains("run the node", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_peers_that_fell_silent_may_have_is_not_said_to_be_lost()
    {
        foreach (var peer in _peers) peer.BreaksAfter = 0;
        var report = await RestoreAsync();
        Assert.Equal((Outcome.Undetermined, false), (report.Outcome, report.IsComplete));
        Assert.Contains("may have them", report.Findings.First(finding => finding.Code == FindingCodes.SealMissing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_peers_are_told_from_lying_ones()
    {
        foreach (var peer in _peers) peer.Silent = true;
        Assert.True((await Assert.ThrowsAsync<RestoreException>(() => RestoreAsync())).IsUnreachable);
    }

    private async Task BreakOffAsync(CancellationTokenSource stop)
    {
        await Eventually.TrueAsync(() => Here() > 0, "the first volume is written");
        await stop.CancelAsync();
        stop.Token.ThrowIfCancellationRequested();
    }

    private static void Flip(LyingPeer peer) => peer.Bytes = (_, bytes) => bytes[bytes.Length / 2] ^= 1;

    // In volume 1 only, which is told by its bytes.
    private void FlipAt(LyingPeer peer, params int[] places) => peer.Bytes = (offset, bytes) =>
    {
        if (offset + bytes.Length > _truth[0].Length || !bytes.AsSpan().SequenceEqual(_truth[0].AsSpan((int)offset, bytes.Length))) return;
        foreach (var at in places.Where(at => at >= offset && at < offset + bytes.Length)) bytes[at - offset] ^= 1;
    };

    // The first volume as a walk over the truth gives it.
    private async Task<List<Place>> PlacesOfVolume1Async()
    {
        var places = new List<Place>();
        await foreach (var item in VolumeWalker.WalkAsync(new MemorySource(_truth[0]), new VolumeWalk(1, "evidence.test/node1"), CancellationToken.None))
            if (item.Record is { } record) places.Add(record.Place);
        return places;
    }

    private static int Middle(Place place) => (int)(place.Offset + (place.Length / 2));

    private void AssertAllButTheGap(int first, int last, int at)
    {
        Assert.InRange(at, first, last);
        var (here, truth) = (Files().Order().Select(File.ReadAllBytes).ToList(), _truth[0].ToArray());
        truth.AsSpan(first, last - first + 1).Clear();
        Assert.True(truth.AsSpan(0, here[0].Length).SequenceEqual(here[0]));
        Assert.InRange(here[0].Length, last + 2, truth.Length);
        Assert.Equal(_truth.Skip(1), here.Skip(1));
    }

    private NodeOptions Options() => NodeOptionsReader.Read(Node.Identity.ConfigFile);

    private Task<RestoreReport> RestoreAsync(IReadOnlyList<IPeer> from) =>
        NodeRestore.RunAsync(Options(), new NodeSeams(TimeProvider.System, _network.Ledger), from, false, new Unheard(), CancellationToken.None);

    private Task<RestoreReport> RestoreAsync(bool withoutKey = false, CancellationToken ct = default) =>
        NodeRestore.RunAsync(Options(), new NodeSeams(TimeProvider.System, _network.Ledger), _peers, withoutKey, new Unheard(), ct);

    private List<byte[]> Volumes()
    {
        var log = Node.Logs.Own;
        return [.. log.Volumes.Select(volume =>
        {
            using var bytes = log.ReadVolume(volume.Number, 0, 0);
            using var copy = new MemoryStream();
            bytes.CopyTo(copy);
            return copy.ToArray();
        })];
    }

    private string[] Files() => Directory.Exists(Node.DataFolder) ? Directory.GetFiles(Node.DataFolder, "v*.tar", SearchOption.AllDirectories) : [];

    private long Here() => Files().Sum(path => new FileInfo(path).Length);

    // What a process leaves that is killed while it writes: bytes that it had not proven.
    private async Task TearAsync()
    {
        await using var volume = new FileStream(Files().Order().Last(), FileMode.Append);
        await volume.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 700)));
    }

    private sealed class Unheard : IProgress<RestoreProgress>
    {
        public void Report(RestoreProgress value) { }
    }
}
