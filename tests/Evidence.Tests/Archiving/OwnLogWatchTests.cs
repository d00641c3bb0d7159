using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Node.Archiving;
using Evidence.Node.Replication;
using Evidence.Node.Replication.Possession;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Archiving;

public sealed class OwnLogWatchTests : IAsyncLifetime
{
    private readonly AppendGate _gate = new();
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartNewAsync();
        await Upload.Of([1]).SendAsync(_node);
        await Upload.Of([2]).SendAsync(_node);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private LogSigner Signer => _node.Services.GetRequiredService<LogSigner>();

    private async Task WatchAsync(Func<byte[]?> answer)
    {
        using var watch = new OwnLogWatch(
            _node.Logs, new PeerBook([new MirroringPeer(answer)], _node.Alerts, TimeProvider.System), _gate, _node.Alerts, TimeProvider.System, NullLogger<OwnLogWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        await watch.StopAsync(CancellationToken.None);
    }

    private static byte[] Note(Checkpoint checkpoint, LogSigner signer) => System.Text.Encoding.UTF8.GetBytes(checkpoint.SignedBy(signer).Encode());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stays_open_while_the_mirror_is_a_beginning_of_the_log(ulong size)
    {
        await WatchAsync(() => Note(new Checkpoint(_node.Identity.Origin, size, _node.Logs.Own.RootAt(size)), Signer));
        Assert.False(_gate.IsClosed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Closes_when_a_mirror_holds_what_the_log_does_not(ulong size)
    {
        await WatchAsync(() => Note(new Checkpoint(_node.Identity.Origin, size, Digest.Of("lost leaves"u8)), Signer));
        Assert.Contains("set back", Assert.Throws<ArchiveRefusedException>(_gate.Check).Message, StringComparison.Ordinal);
        Assert.NotNull(_node.Alerts.FindOpen(OwnLogWatch.Alert));
        await WatchAsync(() => null);
        Assert.False(_gate.IsClosed);
        Assert.Null(_node.Alerts.FindOpen(OwnLogWatch.Alert));
    }

    [Fact]
    public async Task Believes_no_checkpoint_that_this_node_did_not_sign()
    {
        var stranger = new LogSigner(_node.Identity.Origin, new byte[32]);
        await WatchAsync(() => Note(new Checkpoint(_node.Identity.Origin, 7, Digest.Of("lie"u8)), stranger));
        Assert.False(_gate.IsClosed);
        await WatchAsync(() => "no note"u8.ToArray());
        Assert.False(_gate.IsClosed);
    }

    [Fact]
    public async Task Starts_while_no_peer_answers()
    {
        await WatchAsync(() => throw new PeerUnreachableException("peer", "test"));
        Assert.False(_gate.IsClosed);
    }

    private sealed class MirroringPeer(Func<byte[]?> answer) : IPeer
    {
        public string Name => "peer";

        public Task<byte[]?> GetCheckpointAsync(string origin, CancellationToken ct) => Task.Run(answer, ct);

        public Task<IReadOnlyList<PeerLog>> ListLogsAsync(CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyList<PeerVolume>> ListVolumesAsync(string origin, CancellationToken ct) => throw new NotSupportedException();

        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadVolumeAsync(string origin, uint volume, long offset, long length, CancellationToken ct) => throw new NotSupportedException();

        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadProofsAsync(string origin, ProofKind kind, long first, CancellationToken ct) => throw new NotSupportedException();

        public Task<byte[]> ReadTileAsync(string origin, TileId tile, CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyList<Digest>> ProvePossessionAsync(string origin, byte[] nonce, IReadOnlyList<PossessionRange> ranges, CancellationToken ct) => throw new NotSupportedException();

        public Task AddCosignatureAsync(string origin, byte[] note, CancellationToken ct) => throw new NotSupportedException();
    }
}
