using System.Text.Json.Nodes;
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

    [Fact]
    public async Task A_link_that_is_slow_and_breaks_again_and_again_brings_everything_over_and_delays_no_other_mirror()
    {
        const int records = 24, size = 512 << 10, breaksAfter = 2 << 20;
        await using var third = await JoinAsync();
        _link.IsCut = true;
        var large = new byte[size];
        for (var i = 0; i < records; i++)
        {
            new Random(i).NextBytes(large);
            await Upload.Of([.. large], $"file{i}.bin").SendAsync(_network[0]);
        }

        (_link.BytesPerSecond, _link.BreaksAfter, _link.IsCut) = (1 << 20, breaksAfter, false);
        await Eventually.TrueAsync(() => third.Logs.Mirrors.GetValueOrDefault(_network[0].Identity.Origin)?.Size == records, "the other mirror has everything");
        Assert.True(_network[1].Logs.Mirrors.GetValueOrDefault(_network[0].Identity.Origin)?.Size is null or < records, "it did not wait for the slow one");
        await Eventually.TrueAsync(() => _link.Breaks > 1, "the link broke more than once");
        Assert.True(_link.Bytes < (long)records * size, "the sender is held back: what waits on the way is bounded");
        _link.BytesPerSecond = 20 << 20;
        await Eventually.TrueAsync(() => _network[1].Logs.Mirrors.GetValueOrDefault(_network[0].Identity.Origin)?.Root == _network[0].Logs.Own.Root, "everything is mirrored");
        Assert.InRange(_link.Bytes, (long)records * size, 2L * records * size); // what came before a break is not fetched again
        Assert.DoesNotContain(_network[1].Alerts.All, alert => alert.IsOpen && alert.Cause.StartsWith("peer-untrue", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_parked_of_a_peer_that_is_none_any_more_is_removed_at_the_start()
    {
        await _network.ArchiveAsync(0, 1);
        await _network.SettleAsync();
        var folder = Path.Combine(_network.Mirror(1, 0).Folder, "pull");
        string[] parked = [Path.Combine(folder, "0123abcd-2-0"), Path.Combine(folder, $"{Core.Digest.Of(System.Text.Encoding.UTF8.GetBytes("node1")).ToString()[..8]}-2-0")];
        await _network[1].StopAsync();
        Directory.CreateDirectory(folder);
        foreach (var path in parked) File.WriteAllBytes(path, [1]);
        await _network[1].StartAsync();
        await Eventually.TrueAsync(() => !File.Exists(parked[0]), "what a former peer sent is gone");
        Assert.True(File.Exists(parked[1]));
    }

    private async Task<TestNode> JoinAsync()
    {
        var node = TestNode.Create(null, _network.Ledger, "node3");
        node.Register();
        node.Edit(json =>
        {
            json["requireSignature"] = false;
            json["peers"] = new JsonArray(new JsonObject { ["name"] = "node1", ["address"] = _network[0].Address.AbsoluteUri });
        });
        await node.StartAsync();
        return node;
    }
}
