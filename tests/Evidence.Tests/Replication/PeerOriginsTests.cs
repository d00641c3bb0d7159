using Evidence.Node.Replication;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Replication;

public sealed class PeerOriginsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PeerOriginsTests() => Directory.CreateDirectory(_folder.At("monitor"));

    public void Dispose() => _folder.Dispose();

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

    [Fact]
    public void A_file_that_cannot_be_read_counts_for_nothing()
    {
        File.WriteAllText(_folder.At("monitor/peers.json"), "{");
        Assert.Null(Load("a").Find("a"));
    }

    private PeerOrigins Load(params string[] names) => PeerOrigins.Load(_folder.Path, names);
}
