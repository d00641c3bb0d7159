using Evidence.Tests.Network;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;

namespace Evidence.Tests.Monitor;

/// <summary>Many damaged records among very many, over three nodes: one sweep finds and mends each, and tells of them once a cause.</summary>
public sealed class ManyDamagedTests : IAsyncLifetime
{
    private const int Records = 2_000, Every = 40, Damaged = Records / Every, Seed = 7;
    private TestNetwork _network = null!;

    private TestNode Node => _network[0];

    private string Folder => Node.Logs.Own.Folder;

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(3, json => json["volumeBytes"] = 2 << 20);
        var random = new Random(Seed);
        var drafts = Enumerable.Range(0, Records).Select(_ =>
        {
            var content = new byte[random.Next(500, 1500)];
            random.NextBytes(content);
            return RunningNetwork.Draft(content);
        });
        await foreach (var outcome in Node.Client.ArchiveManyAsync(drafts.ToAsyncEnumerable(), CancellationToken.None)) Assert.Null(outcome.Failure);
        await _network.SettleAsync();
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    [Fact]
    public async Task Each_is_found_and_mended_in_one_sweep_with_one_alert_a_cause()
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(Folder, "volumes")), .. Directory.GetFiles(Path.Combine(Folder, "tile", "0"))];
        var truth = files.Select(File.ReadAllBytes).ToList();
        for (ulong leaf = 0; leaf < Records; leaf += Every) DamageRecord(leaf, (int)(leaf / Every % 3));
        foreach (var tile in files.Where(file => !file.EndsWith(".tar", StringComparison.Ordinal)).Take(3)) Damage.Flip(tile, 33);
        var sweep = await TestNetwork.SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, $"{sweep.Outcome} {sweep.Error}: {string.Join("; ", sweep.Findings.Take(5))}");
        Assert.Equal((Damaged, Damaged + 1), (sweep.RecordsDamaged, sweep.Repaired));
        Assert.Equal([$"tiles-damaged:{Node.Identity.Origin}", $"volume-damaged:{Node.Identity.Origin}"], Node.Alerts.All.Select(alert => alert.Cause).Order(StringComparer.Ordinal));
        Assert.All(Node.Alerts.All, alert => Assert.Equal(sweep.Sweep_, alert.ClosedBy));
        Assert.Equal(truth, files.Select(File.ReadAllBytes));
        Assert.Equal(sweep.BytesTotal, sweep.BytesRead);
    }

    private void DamageRecord(ulong leaf, int kind)
    {
        var place = Node.Logs.Own.FindLeaf(leaf)!.Value.Place;
        var file = Path.Combine(Folder, "volumes", $"v{place.Volume:D10}.tar");
        Damage.Flip(file, kind switch
        {
            0 => (long)place.Offset + 100, // a header
            1 => (long)place.Offset + 512 + 10, // the first part
            _ => (long)(place.Offset + place.Length) - 512 + 5, // the end of the seal, or the zeros behind it
        });
    }
}
