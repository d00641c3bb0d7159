using Evidence.Core.Notes;
using Evidence.Node.Replication;
using Evidence.Storage;

namespace Evidence.Tests.Replication;

public sealed class MirrorTests
{
    [Fact]
    public async Task Three_nodes_mirror_each_other_bit_for_bit()
    {
        await using var network = await TestNetwork.StartAsync(3);
        for (var node = 0; node < 3; node++) await network.ArchiveAsync(node, 5 + node);
        await network.SettleAsync();
        for (var origin = 0; origin < 3; origin++)
            for (var holder = 0; holder < 3; holder++)
                if (holder != origin) AssertSame(network[origin].Logs.Own, network.Mirror(holder, origin));
    }

    [Fact]
    public async Task A_closed_volume_is_mirrored_as_the_bag_that_it_is()
    {
        await using var network = await TestNetwork.StartAsync(2, json => json["volumeBytes"] = 65536);
        await network.ArchiveAsync(0, 40);
        await network.SettleAsync();
        var mirror = network.Mirror(1, 0);
        Assert.Contains(mirror.Volumes, volume => volume.Closed);
        AssertSame(network[0].Logs.Own, mirror);
    }

    [Fact]
    public async Task Every_anchored_checkpoint_is_cosigned_by_every_mirror_and_the_cosignatures_verify()
    {
        await using var network = await TestNetwork.StartAsync(3);
        await network.ArchiveAsync(0, 4);
        await network.SettleAsync();
        var own = network[0].Logs.Own;
        VerifierKey[] witnesses = [.. new[] { 1, 2 }.Select(node => VerifierKey.Parse(network[node].Identity.WitnessKey))];
        foreach (var anchor in network.Ledger.Anchors(network[0].LogId))
            foreach (var witness in witnesses)
                Assert.Contains(Entries(own), entry => entry.Checkpoint == new Checkpoint(own.Origin, anchor.Size, anchor.Root) && entry.Note.CosignedAt(witness) is not null);
    }

    [Fact]
    public async Task A_mirror_goes_on_from_where_it_was_after_a_restart()
    {
        await using var network = await TestNetwork.StartAsync(2);
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        await network[1].StopAsync();
        await network.ArchiveAsync(0, 3);
        await network[1].StartAsync();
        await network.SettleAsync();
        AssertSame(network[0].Logs.Own, network.Mirror(1, 0));
        Assert.Equal(6UL, network.Mirror(1, 0).Size);
    }

    private static IEnumerable<CosignatureEntry> Entries(LogStore log) => log.Cosignatures.Read().Select(payload => CosignatureEntry.Parse(payload, log.Keys));

    private static void AssertSame(LogStore own, LogStore mirror)
    {
        Assert.Equal((own.Size, own.Root), (mirror.Size, mirror.Root));
        Assert.Equal(own.Volumes, mirror.Volumes);
        foreach (var volume in own.Volumes) Assert.Equal(Read(own, volume), Read(mirror, volume));
        Assert.Equal(own.Anchors.Read(), mirror.Anchors.Read());
    }

    private static byte[] Read(LogStore log, VolumeState volume)
    {
        using var bytes = log.ReadVolume(volume.Number, 0, 0);
        using var copy = new MemoryStream();
        bytes.CopyTo(copy);
        return copy.ToArray();
    }
}
