using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Core;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Places;
using Evidence.Node.Replication;
using Evidence.Node.Replication.Possession;
using Evidence.Storage.Index;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StoredLog = Evidence.Tests.Storage.TestLog;

namespace Evidence.Tests.Replication;

/// <summary>Node 1 has node 2 prove that it holds node 1's log; the answers may be bent on the way. Rounds are made by the test.</summary>
public sealed class PossessionTests : IAsyncLifetime
{
    private TestNetwork _network = null!;
    private LyingPeer _peer = null!;

    private TestNode Node => _network[0];

    private PeerBook Peers => Node.Services.GetRequiredService<PeerBook>();

    private string Origin => Node.Identity.Origin;

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2, json =>
        {
            json["volumeBytes"] = 65_536;
            json["replicas"] = new JsonObject
            {
                ["place"] = json["name"]!.GetValue<string>() == "node1" ? "Basel" : "Bern",
                ["medium"] = "disk",
                ["proveEverySeconds"] = 86_400,
                ["policyGraceSeconds"] = 0,
            };
        });
        await _network.ArchiveAsync(0, 40);
        await _network.SettleAsync();
        _peer = new LyingPeer(Peers.All.Single());
    }

    public Task DisposeAsync() => _network.DisposeAsync().AsTask();

    [Fact]
    public async Task What_a_peer_proves_stands_in_the_matrix_and_outlives_a_restart()
    {
        Assert.All(await CellsAsync(), cell => Assert.Equal(0, cell.ProvenBytes));
        Sweep(TimeProvider.System.GetUtcNow());
        await ProveAllAsync();
        var rows = await RowsAsync();
        Assert.True(rows.Count > 1);
        Assert.All(rows, row => Assert.Equal(2, row.Proven(row.Bytes).Count()));
        Assert.All(await CellsAsync(), cell => Assert.Equal(("Bern", "disk"), (cell.Place, cell.Medium)));
        Node.Services.GetRequiredService<PossessionBook>().Save();
        await Node.StopAsync();
        await Node.StartAsync();
        Sweep(TimeProvider.System.GetUtcNow());
        Assert.All(await RowsAsync(), row => Assert.Equal(2, row.Proven(row.Bytes).Count()));
    }

    [Fact]
    public async Task An_answer_from_an_old_list_is_wrong_and_its_peer_no_source_until_it_proves_again()
    {
        IReadOnlyList<Digest>? old = null;
        _peer.Possession = (_, proofs) => old ??= proofs;
        await RoundAsync();
        await RoundAsync();
        var alert = Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name));
        Assert.NotNull(alert);
        Assert.False(Peers.IsTrue(_peer));
        Assert.Contains(await CellsAsync(), cell => cell.IsWrong);
        Assert.Contains((await Peers.FindSourcesAsync(Origin, default)).PassedOver, peer => peer.Peer == "node2");
        var listed = await CommandRun.Of("replicas", "--node", Node.Address.AbsoluteUri, "--json");
        Assert.Equal(ExitCode.Altered, listed.Code);
        Assert.Contains("\"wrong\"", listed.Output, StringComparison.Ordinal);

        _peer.Possession = null;
        await ProveAllAsync();
        Assert.Null(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
        Assert.True(Peers.IsTrue(_peer));
        Assert.Equal(ExitCode.Intact, (await CommandRun.Of("replicas", "--node", Node.Address.AbsoluteUri)).Code);
    }

    [Fact]
    public async Task What_differs_only_before_the_own_copy_was_held_to_the_log_accuses_nobody()
    {
        var asked = 0; // as if this node's own copy had been damaged at first, and repaired before it was looked at
        _peer.Possession = (_, proofs) => ++asked <= 2 ? [.. proofs.Select(_ => Digest.Of("nothing"u8))] : proofs;
        await RoundAsync();
        Assert.True(asked > 2);
        Assert.Null(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
        Assert.DoesNotContain(await CellsAsync(), cell => cell.IsWrong);
    }

    [Fact]
    public async Task The_answer_of_another_node_is_no_proof_not_even_this_nodes_own()
    {
        var desk = Node.Services.GetRequiredService<PossessionDesk>();
        _peer.Relay = (origin, nonce, ranges) => desk.AnswerAsync("test", origin, nonce, ranges, default);
        await ProveAllAsync();
        Assert.NotNull(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
        Assert.All(await CellsAsync(), cell => Assert.Equal(0, cell.ProvenBytes));
    }

    [Fact]
    public async Task An_alert_is_closed_only_by_proofs_of_what_it_names_also_when_the_book_was_lost()
    {
        IReadOnlyList<Digest>? old = null;
        _peer.Possession = (_, proofs) => old ??= proofs;
        await RoundAsync();
        await RoundAsync();
        var path = Path.Combine(Node.DataFolder, "monitor", "possession.json");
        Assert.True(File.Exists(path)); // the mark stood before the alert did
        await Node.StopAsync();
        File.Delete(path);
        await Node.StartAsync();
        _peer = new LyingPeer(Peers.All.Single());
        await RoundAsync();
        Assert.NotNull(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
        await ProveAllAsync();
        Assert.Null(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
    }

    [Fact]
    public async Task A_peer_whose_medium_has_another_byte_is_found_out()
    {
        StoredLog.Flip(Path.Combine(_network.Mirror(1, 0).Folder, "volumes", "v0000000001.tar"), 700);
        await ProveAllAsync();
        Assert.NotNull(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
    }

    [Fact]
    public async Task Damage_of_this_nodes_own_copy_is_not_laid_to_the_peer()
    {
        StoredLog.Flip(Path.Combine(Node.Logs.Own.Folder, "volumes", "v0000000001.tar"), 700);
        await ProveAllAsync();
        Assert.Null(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
        Assert.Contains(await CellsAsync(), cell => cell.ProvenBytes == 0);
    }

    [Fact]
    public async Task What_a_peer_has_proven_outlives_damage_of_several_volumes_here()
    {
        await ProveAllAsync();
        foreach (var volume in Node.Logs.Own.Volumes) StoredLog.Flip(Path.Combine(Node.Logs.Own.Folder, "volumes", $"v{volume.Number:D10}.tar"), 700);
        await AllDue().RoundAsync(_peer, default);
        Assert.True((await RowsAsync()).Count > 1);
        Assert.All(await RowsAsync(), row => Assert.Equal(row.Bytes, row.Cells.Single(static cell => !cell.IsSelf).ProvenBytes));
        Assert.Null(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
    }

    [Fact]
    public async Task No_answer_proves_nothing_and_accuses_nobody()
    {
        _peer.Silent = true;
        await Assert.ThrowsAsync<PeerUnreachableException>(RoundAsync);
        Assert.All(await CellsAsync(), cell => Assert.Equal((0, false), (cell.ProvenBytes, cell.IsWrong)));
        Assert.Null(Node.Alerts.FindOpen(PeerBook.PossessionCause(_peer.Name)));
    }

    [Fact]
    public async Task A_proof_that_is_too_old_does_not_count()
    {
        await ProveAllAsync();
        var book = Node.Services.GetRequiredService<PossessionBook>();
        var volume = Node.Logs.Own.Volumes[0];
        Assert.Equal(volume.DurableLength, book.ProvenOf("node2", Origin, 1, volume.DurableLength, TimeProvider.System.GetUtcNow().AddHours(-1)).Bytes);
        Assert.Equal(0, book.ProvenOf("node2", Origin, 1, volume.DurableLength, TimeProvider.System.GetUtcNow().AddHours(1)).Bytes);
    }

    [Fact]
    public async Task The_policy_of_a_fonds_is_held_to_what_is_proven()
    {
        Sweep(TimeProvider.System.GetUtcNow());
        await PolicyAsync(new ReplicaPolicy("*", 2, 2));
        var alert = Node.Alerts.FindOpen(PolicyCheck.Cause("*"));
        Assert.Contains("at worst 1 copies in 1 places", alert!.Message, StringComparison.Ordinal);
        await ProveAllAsync();
        await PolicyAsync(new ReplicaPolicy("*", 2, 2));
        Assert.Null(Node.Alerts.FindOpen(PolicyCheck.Cause("*")));
        Node.Services.GetRequiredService<PossessionBook>().State("node2", "basel", "disk");
        await PolicyAsync(new ReplicaPolicy("*", 2, 2)); // both stand in one place now
        Assert.NotNull(Node.Alerts.FindOpen(PolicyCheck.Cause("*")));
    }

    [Fact]
    public async Task A_policy_is_of_the_volumes_that_hold_records_of_its_fonds()
    {
        await PolicyAsync(new ReplicaPolicy("A 7", 2, 1));
        Assert.Null(Node.Alerts.FindOpen(PolicyCheck.Cause("A 7"))); // no record is of it
        await new Upload().Header(description: new Description { Fonds = "A 7" }).Part(PartRole.Content, "of the fonds"u8.ToArray(), "a.txt"u8.ToArray()).SendAsync(Node);
        await PolicyAsync(new ReplicaPolicy("A 7", 2, 1));
        Assert.Equal($"volume {Node.Logs.Own.Volumes[^1].Number}", Assert.Single(Node.Alerts.FindOpen(PolicyCheck.Cause("A 7"))!.Findings).Subject);
    }

    [Theory]
    [InlineData(31, 1, 100, StatusCode.InvalidArgument)]
    [InlineData(32, 0, 100, StatusCode.InvalidArgument)]
    [InlineData(32, 17, 100, StatusCode.InvalidArgument)]
    [InlineData(32, 1, (16 << 20) + 1, StatusCode.InvalidArgument)]
    [InlineData(32, 2, 9 << 20, StatusCode.InvalidArgument)]
    [InlineData(32, 1, 1 << 20, StatusCode.OutOfRange)]
    public async Task What_asks_for_too_much_or_for_what_is_not_there_is_refused(int nonce, int ranges, int length, StatusCode code)
    {
        var request = new ProvePossessionRequest { Log = Origin, Nonce = Google.Protobuf.ByteString.CopyFrom(new byte[nonce]) };
        for (var i = 0; i < ranges; i++) request.Ranges.Add(new VolumeRange { Volume = 1, Length = length });
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await _network[1].Client.Replication.ProvePossessionAsync(request));
        Assert.Equal(code, refusal.StatusCode);
    }

    [Fact]
    public async Task Proofs_are_given_at_a_limited_rate()
    {
        var options = Node.Services.GetRequiredService<NodeOptions>();
        var desk = new PossessionDesk(Node.Logs, options with { Replicas = options.Replicas with { ProofBytesPerSecond = 1 << 20 } }, new Grpc.HandClock());
        var length = Node.Logs.Own.Volumes[0].DurableLength;
        List<PossessionRange> ranges = [.. Enumerable.Repeat(new PossessionRange(1, 0, length), 16)];
        await Assert.ThrowsAsync<PossessionBusyException>(async () =>
        {
            for (var spent = 0L; spent <= PossessionProof.MostBytes + (16 * length); spent += 16 * length) await desk.AnswerAsync("greedy", Origin, new byte[32], ranges, default);
        });
        Assert.Equal(16, (await desk.AnswerAsync("another", Origin, new byte[32], ranges, default)).Count);
    }

    [Fact]
    public async Task For_wrong_answers_one_volume_a_round_is_read_and_what_was_not_judged_is_no_proof()
    {
        await ProveAllAsync();
        _peer.Possession = static (_, proofs) => [.. proofs.Select(_ => Digest.Of("nothing"u8))];
        await AllDue().RoundAsync(_peer, default);
        var cells = (await RowsAsync()).SelectMany(row => row.Cells).Where(cell => !cell.IsSelf).ToList();
        Assert.True(cells.Count > 1);
        Assert.All(cells, cell => Assert.Equal(0, cell.ProvenBytes));
        Assert.Single(cells, cell => cell.IsWrong);
    }

    [Fact]
    public async Task A_peer_that_never_answers_holds_up_no_other()
    {
        var services = Node.Services;
        var options = services.GetRequiredService<NodeOptions>();
        options = options with { Replicas = options.Replicas with { ProveEvery = TimeSpan.FromMilliseconds(50) } };
        var (origins, book) = (services.GetRequiredService<PeerOrigins>(), services.GetRequiredService<PossessionBook>());
        origins.Pin("slow", "evidence.test/slow");
        var peers = new PeerBook([new LyingPeer(_peer) { Name = "slow", Hangs = true }, _peer], Node.Alerts, TimeProvider.System);
        var prober = new PossessionProber(Node.Logs, peers, origins, book, options, TimeProvider.System, NullLogger<PossessionProber>.Instance);
        using var worker = new PossessionWorker(peers, prober, book, services.GetRequiredService<PolicyCheck>(), options, TimeProvider.System, NullLogger<PossessionWorker>.Instance);
        await worker.StartAsync(default);
        await Eventually.TrueAsync(() => Node.Logs.Own.Volumes.All(volume => book.ProvenOf("node2", Origin, volume.Number, volume.DurableLength, default).Bytes == volume.DurableLength), "the other peer proves all");
        await worker.StopAsync(default);
    }

    [Fact]
    public async Task This_nodes_own_copy_counts_only_when_a_sweep_has_read_it_and_not_too_long_ago()
    {
        Assert.All((await RowsAsync()).SelectMany(row => row.Cells).Where(cell => cell.IsSelf), cell => Assert.Equal(0, cell.ProvenBytes));
        Sweep(DateTimeOffset.UnixEpoch);
        Assert.All(await RowsAsync(), row => Assert.Empty(row.Proven(row.Bytes)));
        Sweep(TimeProvider.System.GetUtcNow());
        Assert.All(await RowsAsync(), row => Assert.Single(row.Proven(row.Bytes)));
    }

    [Fact]
    public async Task Damage_of_one_volume_is_held_against_no_other()
    {
        await _network[1].StopAsync(); // nobody to repair from
        Assert.Equal(Outcome.Intact, (await TestNetwork.SweepAsync(Node)).Outcome);
        var file = Path.Combine(Node.Logs.Own.Folder, "volumes", "v0000000002.tar");
        Monitor.Damage.Flip(file, 2000);
        Assert.Equal(Outcome.Altered, (await TestNetwork.SweepAsync(Node)).Outcome);
        Assert.Equal([2u], await OwnDamagedAsync());
        await Node.StopAsync();
        await Node.StartAsync();
        Assert.Equal([2u], await OwnDamagedAsync());
        Monitor.Damage.Flip(file, 2000);
        Assert.Equal(Outcome.Intact, (await TestNetwork.SweepAsync(Node)).Outcome);
        Assert.Empty(await OwnDamagedAsync());
    }

    private async Task<IEnumerable<uint>> OwnDamagedAsync() => (await RowsAsync()).Where(static row => row.Cells.Single(static cell => cell.IsSelf).ProvenBytes == 0).Select(static row => row.Volume);

    [Fact]
    public async Task A_policy_of_which_nothing_could_be_judged_closes_nothing()
    {
        await Node.Alerts.OpenAsync(PolicyCheck.Cause("A 7"), Core.Verification.Severity.Error, Origin, "test", [], default);
        await PolicyAsync(new ReplicaPolicy("A 7", 1, 1));
        Assert.NotNull(Node.Alerts.FindOpen(PolicyCheck.Cause("A 7")));
    }

    [Fact]
    public async Task A_policy_that_cannot_be_judged_is_an_alert_until_it_is()
    {
        await PolicyAsync(new ReplicaPolicy("*", 1, 1), new BrokenTime());
        Assert.Contains("no time", Node.Alerts.FindOpen(PolicyCheck.Unjudged)!.Message, StringComparison.Ordinal);
        await PolicyAsync(new ReplicaPolicy("*", 1, 1));
        Assert.Null(Node.Alerts.FindOpen(PolicyCheck.Unjudged));
    }

    [Fact]
    public async Task A_record_of_unknown_place_has_every_volume_count_until_it_is_placed()
    {
        var (own, options) = (Node.Logs.Own, Node.Services.GetRequiredService<NodeOptions>());
        var (leaf, policy) = (own.FindLeaf(7)!.Value, new ReplicaPolicy("A 7", 2, 1));
        var (record, volume) = (new IndexedRecord(leaf.Record, leaf.Place, leaf.SealSha256, []), own.Volumes.First(volume => volume.Number == leaf.Place.Volume));
        var fonds = new FondsVolumes(Node.Logs, options with { Replicas = options.Replicas with { Policies = [policy] } });
        own.Index.Remove([record], volume.Number, volume);
        await fonds.RefreshAsync(default);
        Assert.Equal(own.Volumes.Select(static volume => volume.Number), fonds.Of("A 7").Order());
        await PolicyAsync(policy);
        Assert.Equal(own.Volumes.Count, Node.Alerts.FindOpen(PolicyCheck.Cause("A 7"))!.Findings.Count);
        own.Index.Add([record], volume);
        await fonds.RefreshAsync(default);
        Assert.Empty(fonds.Of("A 7"));
    }

    [Fact]
    public async Task Proofs_are_given_to_so_many_callers_at_once_and_no_more()
    {
        var (options, time) = (Node.Services.GetRequiredService<NodeOptions>(), new Grpc.HandClock());
        var desk = new PossessionDesk(Node.Logs, options, time);
        for (var i = 0; i < PossessionDesk.MostCallers; i++) await AskAsync($"caller {i}");
        await Assert.ThrowsAsync<PossessionBusyException>(() => AskAsync("one more"));
        await AskAsync("caller 3"); // who was answered is answered on
        time.Advance(TimeSpan.FromHours(1)); // what is allowed to each has grown anew
        await AskAsync("one more");

        Task<IReadOnlyList<Digest>> AskAsync(string caller) => desk.AnswerAsync(caller, Origin, new byte[32], [new PossessionRange(1, 0, 100)], default);
    }

    /// <summary>As a sweep does that has read every volume.</summary>
    private void Sweep(DateTimeOffset at)
    {
        var places = Node.Services.GetRequiredService<SweepPlaces>();
        foreach (var volume in Node.Logs.Own.Volumes) places.Keep(Origin, new CheckedVolume(volume.Number, volume.DurableLength, false, 0, [], default!), at);
    }

    private Task RoundAsync() => Node.Services.GetRequiredService<PossessionProber>().RoundAsync(_peer, CancellationToken.None);

    /// <summary>A prober to which everything is due in every round.</summary>
    private PossessionProber AllDue()
    {
        var options = Node.Services.GetRequiredService<NodeOptions>();
        options = options with { Replicas = options.Replicas with { ProveEvery = options.Replicas.ProofAge } };
        return new PossessionProber(
            Node.Logs, Peers, Node.Services.GetRequiredService<PeerOrigins>(), Node.Services.GetRequiredService<PossessionBook>(), options, TimeProvider.System, NullLogger<PossessionProber>.Instance);
    }

    private async Task ProveAllAsync()
    {
        for (var i = 0; i < 2 * Node.Logs.Own.Volumes.Count; i++) await RoundAsync();
    }

    private async Task PolicyAsync(ReplicaPolicy policy, TimeProvider? time = null)
    {
        var options = Node.Services.GetRequiredService<NodeOptions>();
        options = options with { Replicas = options.Replicas with { Policies = [policy] } };
        await new PolicyCheck(Node.Logs, Node.Services.GetRequiredService<ReplicaMatrix>(), new FondsVolumes(Node.Logs, options), Node.Alerts, options, time ?? TimeProvider.System).RunAsync(default);
    }

    private Task<IReadOnlyList<ReplicaRow>> RowsAsync() => Node.Services.GetRequiredService<ReplicaMatrix>().OfAsync(Node.Logs.Own, null, default);

    private async Task<IEnumerable<ReplicaCell>> CellsAsync() => (await RowsAsync()).Select(row => row.Cells.Single(cell => !cell.IsSelf));

    private sealed class BrokenTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new IOException("There is no time.");
    }
}
