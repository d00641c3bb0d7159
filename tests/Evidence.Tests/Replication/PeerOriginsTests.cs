using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;
using Evidence.Node.Replication.Possession;
using Evidence.Tests.Monitor;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Replication;

public sealed class PeerOriginsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private AlertBook _alerts = null!;

    public async Task InitializeAsync() => _alerts = await AlertBook.LoadAsync(_folder.At("monitor"), TimeProvider.System, NullLogger<AlertBook>.Instance, default);

    public Task DisposeAsync()
    {
        _alerts.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public void A_peer_writes_the_log_that_it_stated_first_also_after_a_restart()
    {
        Load("a", "b").Pin("a", "x/1");
        var again = Load("a", "b");
        again.Pin("a", "x/1");
        Assert.Equal(("x/1", null), (again.Find("a"), again.Find("b")));
        Assert.Equal("x/1", Assert.Throws<PeerUntrueException>(() => again.Pin("a", "x/2")).Expected);
    }

    [Fact]
    public void No_two_peers_write_one_log_until_one_of_them_is_gone_from_the_configuration()
    {
        Load("a", "b").Pin("a", "x/1");
        Assert.Throws<PeerUntrueException>(() => Load("a", "b").Pin("b", "x/1"));
        Load("b").Pin("b", "x/1");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(-1)]
    public void A_damaged_file_counts_for_nothing_is_told_and_is_kept(int at)
    {
        Load("a").Pin("a", "x/1");
        var path = _folder.At("monitor", "peers.json");
        var bytes = File.ReadAllBytes(path);
        Damage.Flip(path, at < 0 ? bytes.Length + at : at, 0x01);
        Assert.Null(Load("a").Find("a"));
        Assert.Contains("peers.json", _alerts.FindOpen("journal-damaged:peers.json")!.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path + ".damaged"));
        Load("a").Pin("a", "x/2");
        Assert.Equal("x/2", Load("a").Find("a"));
    }

    [Fact]
    public void What_a_peer_has_proven_counts_only_as_it_was_written()
    {
        var book = PossessionBook.Load(_folder.Path, _alerts);
        book.Set("a", "x/1", 1, 0, new SegmentState(100, DateTimeOffset.FromUnixTimeMilliseconds(1_000_000_000_000), null));
        book.Save();
        Assert.Equal(100, PossessionBook.Load(_folder.Path, _alerts).ProvenOf("a", "x/1", 1, 100, DateTimeOffset.UnixEpoch).Bytes);
        Assert.Empty(_alerts.All);
        Assert.Equal(1, Damage.Replace(_folder.At("monitor", "possession.json"), "1000000000000"u8, "9000000000000"u8)); // proven for centuries
        Assert.Equal(0, PossessionBook.Load(_folder.Path, _alerts).ProvenOf("a", "x/1", 1, 100, DateTimeOffset.UnixEpoch).Bytes);
        Assert.NotNull(_alerts.FindOpen("journal-damaged:possession.json"));
    }

    private PeerOrigins Load(params string[] names) => PeerOrigins.Load(_folder.Path, names, _alerts);
}
