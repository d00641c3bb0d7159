using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;
using Evidence.Node.Replication.Possession;
using Evidence.Tests.Monitor;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Replication;

public sealed class PeerBookTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly IPeer _peer = new AbsentPeer();
    private AlertBook _alerts = null!;
    private PeerBook _peers = null!;

    public async Task InitializeAsync()
    {
        _alerts = await AlertBook.LoadAsync(_folder.Path, _time, NullLogger<AlertBook>.Instance, CancellationToken.None);
        _peers = new PeerBook([_peer], _alerts, _time);
    }

    public Task DisposeAsync()
    {
        _alerts.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_silent_peer_is_an_alert_only_after_a_while_and_closes_when_it_is_back()
    {
        await _peers.SilentAsync(_peer, new PeerUnreachableException("absent", "no"), CancellationToken.None);
        Assert.Empty(_alerts.All);
        _time.Advance(PeerBook.Patience + TimeSpan.FromSeconds(1));
        await _peers.SilentAsync(_peer, new PeerUnreachableException("absent", "no"), CancellationToken.None);
        Assert.Equal(Severity.Warning, _alerts.FindOpen("peer-down:absent")!.Severity);
        await _peers.PassedAsync(_peer, CancellationToken.None);
        Assert.Null(_alerts.FindOpen("peer-down:absent"));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_hides_no_silence()
    {
        _time.SetBack(TimeSpan.FromDays(30));
        _time.Advance(PeerBook.Patience + TimeSpan.FromSeconds(1));
        await _peers.SilentAsync(_peer, new PeerUnreachableException("absent", "no"), CancellationToken.None);
        Assert.NotNull(_alerts.FindOpen("peer-down:absent"));
    }

    [Fact]
    public async Task A_peer_that_cannot_be_asked_is_named_as_such()
    {
        var sources = await _peers.FindSourcesAsync("evidence.test/node1", CancellationToken.None);
        Assert.Empty(sources.Holding);
        Assert.Equal("absent", Assert.Single(sources.PassedOver).Peer);
    }

    private sealed class AbsentPeer : IPeer
    {
        public string Name => "absent";

        public Task<IReadOnlyList<PeerLog>> ListLogsAsync(CancellationToken ct) => throw Silence();

        public Task<byte[]?> GetCheckpointAsync(string origin, CancellationToken ct) => throw Silence();

        public Task<IReadOnlyList<PeerVolume>> ListVolumesAsync(string origin, CancellationToken ct) => throw Silence();

        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadVolumeAsync(string origin, uint volume, long offset, long length, CancellationToken ct) => throw Silence();

        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadProofsAsync(string origin, ProofKind kind, long first, CancellationToken ct) => throw Silence();

        public Task<byte[]> ReadTileAsync(string origin, TileId tile, CancellationToken ct) => throw Silence();

        public Task<IReadOnlyList<Digest>> ProvePossessionAsync(string origin, byte[] nonce, IReadOnlyList<PossessionRange> ranges, CancellationToken ct) => throw Silence();

        public Task AddCosignatureAsync(string origin, byte[] note, CancellationToken ct) => throw Silence();

        private static PeerUnreachableException Silence() => new("absent", "nobody is there");
    }
}
