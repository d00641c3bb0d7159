using System.Text.Json.Nodes;
using Evidence.Node.Archiving;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Archiving;

/// <summary>A node of which nobody says whether its log was set back: the ledger does not answer, and its peer is not there.</summary>
public sealed class UnconfirmedLogTests : IAsyncLifetime
{
    private TestNetwork _network = null!;

    private AppendGate Gate => _network[0].Services.GetRequiredService<AppendGate>();

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2);
        await _network.ArchiveAsync(0, 2);
        await _network.SettleAsync();
        for (var node = 0; node < 2; node++) await _network[node].StopAsync();
        _network.Ledger.Failure = _ => FakeLedger.Unreachable;
    }

    public Task DisposeAsync() => _network.DisposeAsync().AsTask();

    [Fact]
    public async Task Takes_no_record_and_says_what_it_waits_for_until_a_peer_answers()
    {
        await _network[0].StartAsync();
        var refusal = await Assert.ThrowsAsync<RpcException>(() => _network.ArchiveAsync(0, 1));
        Assert.Contains("waits for one answer of the ledger, peer node2", refusal.Status.Detail, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => _network[0].Alerts.FindOpen(OwnLogWatch.UnconfirmedAlert) is not null, "somebody is told");
        await _network[1].StartAsync();
        await Eventually.TrueAsync(() => Gate.Why(AppendGate.Unconfirmed) is null, "the peer confirms");
        await _network.ArchiveAsync(0, 1);
        await Eventually.TrueAsync(() => _network[0].Alerts.FindOpen(OwnLogWatch.UnconfirmedAlert) is null, "the alert is closed");
    }

    [Fact]
    public async Task Takes_records_as_soon_as_the_ledger_answers()
    {
        await _network[0].StartAsync();
        Assert.NotNull(Gate.Why(AppendGate.Unconfirmed));
        _network.Ledger.Failure = null;
        await Eventually.TrueAsync(() => Gate.Why(AppendGate.Unconfirmed) is null, "the ledger confirms");
        await _network.ArchiveAsync(0, 1);
    }

    [Fact]
    public async Task Takes_records_without_any_answer_where_the_configuration_says_so()
    {
        _network[0].Edit(json => json["replicas"] = new JsonObject { ["appendUnconfirmed"] = true });
        await _network[0].StartAsync();
        await _network.ArchiveAsync(0, 1);
    }
}
