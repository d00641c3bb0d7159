using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Node.Replication;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Replication;

public sealed class ReplicationServiceTests : IAsyncLifetime
{
    private TestNetwork _network = null!;

    private ReplicationService.ReplicationServiceClient Client => _network[0].Client.Replication;

    private string Origin => _network[0].Identity.Origin;

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2);
        await _network.ArchiveAsync(0, 3);
        await _network.SettleAsync();
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    [Fact]
    public async Task Lists_the_own_log_and_the_mirrors()
    {
        var logs = (await Client.ListLogsAsync(new ListLogsRequest())).Logs;
        Assert.Equal([true, false], logs.Select(log => log.Own));
        Assert.Equal(_network[0].Identity.LogKey, logs[0].Key);
    }

    [Fact]
    public async Task Reads_exactly_the_range_that_is_asked_for()
    {
        var volume = _network[0].Logs.Own.Volumes.Single();
        var whole = await ReadAsync(0, 0);
        Assert.Equal(volume.DurableLength, whole.Length);
        Assert.Equal(whole[700..1300], await ReadAsync(700, 600));
        Assert.Equal(whole[700..], await ReadAsync(700, long.MaxValue));
        Assert.Empty(await ReadAsync(volume.DurableLength, 0));
    }

    [Fact]
    public async Task Gives_the_tiles_of_which_a_tree_is_computed()
    {
        var own = _network[0].Logs.Own;
        foreach (var width in (int[])[1, 2, 3])
        {
            var tile = (await Client.ReadTileAsync(new ReadTileRequest { Log = Origin, Path = $"tile/0/000.p/{width}" })).Tile;
            Assert.Equal(own.RootAt((ulong)width), TreeRoot.At((ulong)width, new TileNodeSource((ulong)width, _ => tile.Memory)));
        }
    }

    [Theory]
    [InlineData("tile/0/000.p/4", StatusCode.NotFound)]
    [InlineData("tile/0/000", StatusCode.NotFound)]
    [InlineData("tile/1/000.p/1", StatusCode.NotFound)]
    [InlineData("tile/7/x999/x999/999", StatusCode.NotFound)]
    [InlineData("tile/0/x018/x446/x744/x073/x709/x551/615", StatusCode.NotFound)]
    [InlineData("tile/entries/000.p/3", StatusCode.InvalidArgument)]
    [InlineData("tile/0/../checkpoint", StatusCode.InvalidArgument)]
    [InlineData("", StatusCode.InvalidArgument)]
    public async Task Refuses_what_is_no_tile_of_the_log(string path, StatusCode expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<RpcException>(async () => await Client.ReadTileAsync(new ReadTileRequest { Log = Origin, Path = path }))).StatusCode);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(1L << 40, 0)]
    public async Task Refuses_a_range_outside_the_volume(long offset, long length) =>
        Assert.Equal(StatusCode.OutOfRange, (await Assert.ThrowsAsync<RpcException>(() => ReadAsync(offset, length))).StatusCode);

    [Fact]
    public async Task Says_that_it_does_not_hold_a_log() =>
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(
            async () => await Client.GetCheckpointAsync(new GetCheckpointRequest { Log = "evidence.test/nobody" }))).StatusCode);

    [Fact]
    public async Task Takes_a_cosignature_once()
    {
        var before = _network[0].Logs.Own.Cosignatures.Count;
        await HandInAsync(Signed().With(OwnCosigner().Cosign(Signed().Text, DateTimeOffset.UnixEpoch.AddYears(56))));
        Assert.Equal(before, _network[0].Logs.Own.Cosignatures.Count);
    }

    [Fact]
    public async Task Refuses_a_witness_that_trust_json_does_not_name() =>
        Assert.Equal(StatusCode.NotFound, await RefusedAsync(Signed().With(
            new Cosigner("witness.stranger", new byte[32]).Cosign(Signed().Text, DateTimeOffset.UnixEpoch.AddYears(56)))));

    [Fact]
    public async Task A_witness_that_a_peer_does_not_count_finds_no_fault_with_the_peer()
    {
        var services = _network[1].Services;
        var (mirror, before) = (_network.Mirror(1, 0), _network[0].Logs.Own.Cosignatures.Count);
        var (kept, stranger) = (mirror.Cosignatures.Count, new Witness(
            new Cosigner("witness.stranger", new byte[32]), services.GetRequiredService<AnchorBook>(), TimeProvider.System, NullLogger<Witness>.Instance));
        await stranger.CosignAsync(services.GetRequiredService<PeerBook>().All.Single(), mirror, default);
        Assert.True(mirror.Cosignatures.Count > kept); // there was one to hand in
        Assert.Equal(before, _network[0].Logs.Own.Cosignatures.Count);
    }

    [Fact]
    public async Task Refuses_a_cosignature_of_another_text()
    {
        var other = new Checkpoint(Origin, 1, Digest.Of("x"u8)).Text;
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync(Signed().With(OwnCosigner().Cosign(other, DateTimeOffset.UnixEpoch.AddYears(56)))));
    }

    [Fact]
    public async Task Refuses_a_checkpoint_that_the_log_never_had()
    {
        var signer = _network[0].Services.GetRequiredService<LogSigner>();
        var forged = new Checkpoint(Origin, 2, Digest.Of("x"u8)).SignedBy(signer);
        Assert.Equal(StatusCode.FailedPrecondition, await RefusedAsync(forged.With(OwnCosigner().Cosign(forged.Text, DateTimeOffset.UnixEpoch.AddYears(56)))));
    }

    [Fact]
    public async Task Refuses_a_note_without_the_logs_signature()
    {
        var stranger = new LogSigner(Origin, new byte[32]);
        var note = Checkpoint.Parse(Signed().Text).SignedBy(stranger);
        Assert.Equal(StatusCode.InvalidArgument, await RefusedAsync(note.With(OwnCosigner().Cosign(note.Text, DateTimeOffset.UnixEpoch.AddYears(56)))));
    }

    private SignedNote Signed() => _network[0].Logs.Own.Checkpoint!;

    private Cosigner OwnCosigner() => _network[1].Services.GetRequiredService<Cosigner>();

    private async Task HandInAsync(SignedNote note) =>
        await Client.AddCosignatureAsync(new AddCosignatureRequest { Log = Origin, Note = ByteString.CopyFromUtf8(note.Encode()) });

    private async Task<StatusCode> RefusedAsync(SignedNote note) => (await Assert.ThrowsAsync<RpcException>(() => HandInAsync(note))).StatusCode;

    private async Task<byte[]> ReadAsync(long offset, long length)
    {
        using var call = Client.ReadVolume(new ReadVolumeRequest { Log = Origin, Volume = 1, Offset = offset, Length = length });
        using var bytes = new MemoryStream();
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) call.ResponseStream.Current.Chunk.WriteTo(bytes);
        return bytes.ToArray();
    }
}
