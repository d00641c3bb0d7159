using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Monitoring;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Replication;

public sealed class AttestationTests
{
    private static Task<TestNetwork> StartAsync(double proveEverySeconds = 0.05) => TestNetwork.StartAsync(2, json =>
    {
        json["replication"] = new System.Text.Json.Nodes.JsonObject { ["everySeconds"] = 0.05, ["attestEverySeconds"] = 0.05 };
        json["replicas"] = new System.Text.Json.Nodes.JsonObject { ["proveEverySeconds"] = proveEverySeconds };
    });

    [Fact]
    public async Task A_copy_that_was_not_compared_with_a_peers_is_not_attested()
    {
        await using var network = await StartAsync(proveEverySeconds: 86_400);
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        var looks = 0;
        network.Ledger.Failure = call =>
        {
            if (call == nameof(ILedger.AnchorCountAsync)) Interlocked.Increment(ref looks);
            return null;
        };
        await Eventually.TrueAsync(() => looks > 20, "replication goes on for many rounds");
        Assert.Equal(0, network.Ledger.Attested);
    }

    [Fact]
    public async Task A_mirror_states_the_newest_anchor_that_it_has_verified_and_nothing_twice()
    {
        await using var network = await StartAsync();
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        await AttestedAsync(network);
        await network.ArchiveAsync(0, 2);
        await network.SettleAsync();
        await AttestedAsync(network);
        var (rounds, tried) = (0, 0);
        network.Ledger.Failure = call =>
        {
            if (call == nameof(ILedger.AttestationsAsync)) Interlocked.Increment(ref rounds);
            if (call == nameof(ILedger.AttestAsync)) Interlocked.Increment(ref tried);
            return null;
        };
        await Eventually.TrueAsync(() => rounds > 10, "ten more rounds are over");
        Assert.Equal(0, tried);
        Assert.True(network.Ledger.Attested <= network.Ledger.Anchors(network[0].LogId).Count);
    }

    [Fact]
    public async Task A_mirror_goes_on_after_the_ledger_was_away()
    {
        await using var network = await StartAsync();
        network.Ledger.Failure = call => call == nameof(ILedger.AttestAsync) ? FakeLedger.Unreachable : null;
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        Assert.Equal(0, network.Ledger.Attested);
        network.Ledger.Failure = null;
        await AttestedAsync(network);
    }

    [Fact]
    public async Task A_damaged_copy_is_not_attested_until_it_is_repaired()
    {
        await using var network = await StartAsync();
        var (alerts, origin) = (network[1].Alerts, network[0].Identity.Origin);
        await alerts.OpenAsync(Causes.VolumeDamaged(origin, 1, 0), Severity.Error, origin, "Damaged.", [], default);
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        var looks = 0;
        network.Ledger.Failure = call =>
        {
            if (call == nameof(ILedger.AnchorCountAsync)) Interlocked.Increment(ref looks);
            return null;
        };
        await Eventually.TrueAsync(() => looks > 20, "replication goes on for many rounds");
        Assert.Equal(0, network.Ledger.Attested);
        await alerts.CloseAsync(Causes.VolumeDamaged(origin, 1, 0), "a check", "", default);
        await AttestedAsync(network);
    }

    [Fact]
    public async Task Nothing_is_attested_unless_the_configuration_asks_for_it()
    {
        await using var network = await TestNetwork.StartAsync(2);
        await network.ArchiveAsync(0, 1);
        await network.SettleAsync();
        Assert.DoesNotContain(network[1].Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>(), service => service is Evidence.Node.Replication.Attester);
    }

    /// <summary>The second node has stated the newest anchor of the first one's log.</summary>
    private static Task AttestedAsync(TestNetwork network) => Eventually.TrueAsync(
        () => network.Ledger.AttestationsAsync(network[0].LogId, default).Result is [var only]
            && only.Replica == network[1].Identity.OperatorAddress && only.Size == network.Ledger.Anchors(network[0].LogId)[^1].Size,
        "the newest anchor is attested");
}
