using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Notes;
using Evidence.Node.Replication;
using Evidence.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Evidence.Tests.Replication;

/// <summary>Node 2 mirrors node 1, in rounds that the test drives; node 1's answers are bent on the way.</summary>
public sealed class LyingPeerTests : IAsyncLifetime
{
    private const string Untrue = "peer-untrue:node1";
    private TestNetwork _network = null!;
    private LyingPeer _peer = null!;

    private PeerBook Peers => _network[1].Services.GetRequiredService<PeerBook>();

    private LogStore Mirror => _network.Mirror(1, 0);

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2, json => json["replication"] = new JsonObject { ["everySeconds"] = 86400 });
        await _network[1].Services.GetServices<IHostedService>().OfType<MirrorWorker>().Single().StopAsync(CancellationToken.None); // or its first round, if it comes late, mirrors what is to be bent
        _peer = new LyingPeer(Peers.All.Single());
        await Nodes.Eventually.TrueAsync(() => _network[0].Logs.Own.Published.Current is not null, "the peer has a checkpoint of its empty log");
        await RoundAsync(); // the peer shows its empty log
        await _network.ArchiveAsync(0, 6);
        await AnchoredAsync(6);
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    [Fact]
    public async Task An_honest_round_mirrors_everything_and_raises_nothing()
    {
        await RoundAsync();
        Assert.Equal(6UL, Mirror.Size);
        Assert.Empty(_network[1].Alerts.All);
    }

    [Fact]
    public async Task What_this_node_has_parked_wrongly_is_fetched_again_and_laid_to_nobody()
    {
        var parked = Path.Combine(Mirror.Folder, "pull", $"{Core.Digest.Of(Encoding.UTF8.GetBytes(_peer.Name)).ToString()[..8]}-1-0");
        Directory.CreateDirectory(Path.GetDirectoryName(parked)!);
        File.WriteAllBytes(parked, [.. Enumerable.Repeat((byte)1, 1000)]);
        await RoundAsync();
        Assert.Equal(6UL, Mirror.Size);
        Assert.Empty(_network[1].Alerts.All);
        Assert.False(File.Exists(parked));
    }

    [Fact]
    public async Task Flipped_bytes_are_refused_and_never_kept()
    {
        _peer.Bytes = (_, bytes) => bytes[bytes.Length / 2] ^= 1;
        await AssertUntrueAsync();
        Assert.Equal(0UL, Mirror.Size);
    }

    [Fact]
    public async Task A_checkpoint_of_another_root_is_refused_and_the_bytes_are_taken_back()
    {
        var signer = _network[0].Services.GetRequiredService<LogSigner>();
        _peer.Checkpoint = note => Encoding.UTF8.GetBytes(
            (Checkpoint.Parse(SignedNote.Parse(note).Text) with { Root = Core.Digest.Of("another"u8) }).SignedBy(signer).Encode());
        await AssertUntrueAsync();
        Assert.Equal(0UL, Checkpoint.Parse(Mirror.Checkpoint!.Text).Size);
        Assert.Equal(0UL, Mirror.Size);
    }

    [Fact]
    public async Task A_checkpoint_without_the_logs_signature_is_refused()
    {
        var stranger = new LogSigner(_network[0].Identity.Origin, new byte[32]);
        _peer.Checkpoint = note => Encoding.UTF8.GetBytes(Checkpoint.Parse(SignedNote.Parse(note).Text).SignedBy(stranger).Encode());
        await AssertUntrueAsync();
    }

    [Fact]
    public async Task A_log_that_became_shorter_is_refused()
    {
        byte[]? old = null;
        _peer.Checkpoint = note => old = note;
        await RoundAsync();
        await _network.ArchiveAsync(0, 2);
        await AnchoredAsync(8);
        _peer.Checkpoint = null;
        await RoundAsync();
        _peer.Checkpoint = _ => old;
        await AssertUntrueAsync();
        Assert.Equal(8UL, Mirror.Size);
    }

    [Fact]
    public async Task A_log_without_its_checkpoint_is_refused_once_it_had_one()
    {
        await RoundAsync();
        _peer.Checkpoint = _ => null;
        await AssertUntrueAsync();
    }

    [Fact]
    public async Task Volumes_that_became_shorter_are_refused()
    {
        await RoundAsync();
        _peer.Volumes = volumes => [.. volumes.Select(volume => volume with { Length = volume.Length - 512 })];
        await AssertUntrueAsync();
    }

    [Fact]
    public async Task Fewer_leaves_than_were_signed_are_refused()
    {
        _peer.Volumes = _ => [];
        await AssertUntrueAsync();
    }

    [Fact]
    public async Task A_key_that_trust_json_does_not_name_is_refused()
    {
        var key = new LogSigner("evidence.test/node9", new byte[32]).Key;
        _peer.Logs = logs => [.. logs.Where(log => !log.IsOwn), new PeerLog(key.Name, key.ToString(), true, 0)];
        await AssertUntrueAsync();
        Assert.DoesNotContain("evidence.test/node9", _network[1].Logs.Mirrors.Keys);
    }

    [Fact]
    public async Task A_forged_anchor_proof_is_refused()
    {
        _peer.Proof = (kind, entry) => kind == ProofKind.Cosignatures ? entry : Forge(entry);
        await AssertUntrueAsync();
        Assert.Equal(0, Mirror.Anchors.Count);
    }

    [Fact]
    public async Task A_log_that_is_not_what_was_anchored_is_refused_and_not_cosigned()
    {
        _network.Ledger.RollBack(_network[0].LogId, 0);
        _network.Ledger.Forge(_network[0].LogId, 6, Core.Digest.Of("another"u8));
        await AssertUntrueAsync();
        Assert.Equal(0, Mirror.Cosignatures.Count);
        Assert.Equal(0, _network[0].Logs.Own.Cosignatures.Count);
    }

    [Fact]
    public async Task A_peer_that_lied_is_no_source_until_a_whole_round_proves()
    {
        _peer.Bytes = (_, bytes) => bytes[0] ^= 1;
        await AssertUntrueAsync();
        Assert.Empty((await Peers.FindSourcesAsync(Mirror.Origin, CancellationToken.None)).Holding);
        _peer.Bytes = null;
        await RoundAsync();
        Assert.Null(_network[1].Alerts.FindOpen(Untrue));
        Assert.Single((await Peers.FindSourcesAsync(Mirror.Origin, CancellationToken.None)).Holding);
    }

    [Fact]
    public async Task Nothing_is_cosigned_while_the_ledger_does_not_answer()
    {
        _network.Ledger.Failure = _ => Nodes.FakeLedger.Unreachable;
        await RoundAsync();
        Assert.Equal((6UL, 0L), (Mirror.Size, Mirror.Cosignatures.Count));
        Assert.Null(_network[1].Alerts.FindOpen(Untrue));
        _network.Ledger.Failure = null;
        await RoundAsync();
        Assert.NotEqual(0, Mirror.Cosignatures.Count);
    }

    private static byte[] Forge(byte[] entry)
    {
        var proof = AnchorEntry.Parse(entry);
        var receipt = proof.Receipt.ToArray();
        receipt[^1] ^= 1;
        return AnchorEntry.Encode(proof with { Receipt = receipt });
    }

    private Task RoundAsync() => _network[1].Services.GetRequiredService<MirrorPuller>().RoundAsync(_peer, CancellationToken.None);

    private async Task AssertUntrueAsync()
    {
        await RoundAsync();
        Assert.NotNull(_network[1].Alerts.FindOpen(Untrue));
    }

    private Task AnchoredAsync(ulong size) => Nodes.Eventually.TrueAsync(
        () => _network.Ledger.Anchors(_network[0].LogId) is [.., var last] && last.Size == size && _network[0].Logs.Own.Anchors.Count == _network.Ledger.Anchors(_network[0].LogId).Count,
        "everything is anchored");
}
