using Evidence.Node.Replication;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Replication;

/// <summary>Node 2 mirrors node 1 over a link that breaks or is slow.</summary>
public sealed class FlakyLinkTests : IAsyncLifetime
{
    private TestNetwork _network = null!;
    private FlakyLink _link = null!;

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2);
        _link = new FlakyLink(_network[0].Address);
        await _network[1].StopAsync();
        _network[1].Edit(json => json["peers"]![0]!["address"] = _link.Address);
        await _network[1].StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _network.DisposeAsync();
        await _link.DisposeAsync();
    }

    [Fact]
    public async Task A_record_that_is_larger_than_what_the_link_brings_at_once_comes_over_without_being_fetched_twice()
    {
        const int size = ParkedBytes.MostInMemory + (20 << 20), between = 12 << 20;
        _link.IsCut = true;
        await _network.ArchiveAsync(0, 5);
        var large = new byte[size];
        new Random(5).NextBytes(large);
        await Upload.Of(large, "large.bin").SendAsync(_network[0]);
        await _network.ArchiveAsync(0, 5);
        (_link.BreaksAfter, _link.IsCut) = (ParkedBytes.MostInMemory + (4 << 20), false); // beyond what stays in memory, less than the record
        await Eventually.TrueAsync(() => _network[1].Logs.Mirrors.Values.SingleOrDefault()?.Size == 11, "everything is mirrored");
        Assert.True(_link.Breaks > 0, "the link broke");
        Assert.InRange(_link.Bytes, size, size + between);
        _link.BreaksAfter = long.MaxValue;
        await _network.SettleAsync();
    }

    [Fact]
    public async Task A_link_that_is_cut_and_comes_back_is_gone_on_with()
    {
        await _network.ArchiveAsync(0, 3);
        await _network.SettleAsync();
        _link.IsCut = true;
        await _network.ArchiveAsync(0, 3);
        Assert.Equal(3UL, _network.Mirror(1, 0).Size);
        _link.IsCut = false;
        await _network.SettleAsync();
        Assert.Equal(6UL, _network.Mirror(1, 0).Size);
    }

    [Fact]
    public async Task A_slow_link_holds_its_sender_back_and_brings_everything_over()
    {
        _link.IsCut = true;
        await _network.ArchiveAsync(0, 100);
        (_link.BytesPerSecond, _link.IsCut) = (1 << 20, false);
        await _network.SettleAsync();
        Assert.Equal(_network[0].Logs.Own.Root, _network.Mirror(1, 0).Root);
    }
}
