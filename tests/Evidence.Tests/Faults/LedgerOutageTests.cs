using Evidence.Core.Verification;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Layer = Evidence.Core.Verification.Layer;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Faults;

/// <summary>The ledger goes away, comes back, and comes back with an older state.</summary>
[Collection(RealProcesses.Name)]
public sealed class LedgerOutageTests
{
    private const int Records = 20;

    [Fact]
    public async Task Archives_on_while_the_ledger_is_down_and_anchors_by_itself_when_it_is_back()
    {
        await using var network = await RunningNetwork.StartAsync();
        using var client = network.Node1.Connect();
        await network.Local.Ledger.StopAsync(CancellationToken.None);

        var receipts = new List<ArchiveResponse>();
        for (var i = 0; i < Records; i++) receipts.Add(await RunningNetwork.ArchiveAsync(client, BitConverter.GetBytes(i)));
        Assert.All(receipts, r => Assert.Equal(AnchorState.Sealed, r.State));
        var waiting = await Eventually.GetAsync(
            () => client.VerifyRecordAsync(receipts[0].Record, CancellationToken.None), v => v.Layers[Layer.Log] == Outcome.Intact, "the log publishes a checkpoint that covers the record");
        Assert.Equal(Outcome.Undetermined, waiting.Whole);
        Assert.Equal(Outcome.Undetermined, waiting.Layers[Layer.Ledger]);
        var blind = await RunningNetwork.SweepAsync(client);
        Assert.NotEqual(V1.Outcome.Intact, blind.Outcome);

        await network.Local.Ledger.RestartAsync(CancellationToken.None);
        foreach (var receipt in receipts)
        {
            var verdict = await RunningNetwork.WaitForIntactAsync(client, receipt.Record);
            Assert.True(verdict.Whole == Outcome.Intact, RunningNetwork.Describe(verdict));
        }
        Assert.Equal(AnchorState.Anchored, (await client.GetRecordAsync(receipts[^1].Record, CancellationToken.None)).State);
    }

    [Fact]
    public async Task Raises_an_alert_and_anchors_again_when_the_chain_has_lost_anchors()
    {
        await using var network = await RunningNetwork.StartAsync();
        using var client = network.Node1.Connect();
        var first = await RunningNetwork.ArchiveAsync(client, [1]);
        await RunningNetwork.WaitForIntactAsync(client, first.Record);
        var backup = await network.Local.Ledger.SnapshotAsync(CancellationToken.None);
        var second = await RunningNetwork.ArchiveAsync(client, [2]);
        await RunningNetwork.WaitForIntactAsync(client, second.Record);
        var lost = await network.LatestAnchorAsync();

        await network.Local.Ledger.RestoreAsync(backup, CancellationToken.None);

        Assert.True(await RunningNetwork.WaitForAsync(async () => (await LostAlertsAsync(client)).Count > 0), "no alert names the lost anchors");
        Assert.True(await RunningNetwork.WaitForAsync(async () => await network.LatestAnchorAsync() is { } again && again.Size >= lost!.Size), "the lost size was not anchored again");
        var verdict = await RunningNetwork.WaitForIntactAsync(client, second.Record);
        Assert.True(verdict.Whole == Outcome.Intact, RunningNetwork.Describe(verdict));
        Assert.True(await RunningNetwork.WaitForAsync(async () => (await LostAlertsAsync(client)).TrueForAll(a => a.State == AlertState.Closed)), "the alert stays open");
    }

    private static async Task<List<V1.Alert>> LostAlertsAsync(Evidence.Client.EvidenceClient client) =>
        await client.ListAlertsAsync(false, CancellationToken.None).Where(a => a.Findings.Any(f => f.Code == FindingCodes.LedgerLostAnchors)).ToListAsync();
}
