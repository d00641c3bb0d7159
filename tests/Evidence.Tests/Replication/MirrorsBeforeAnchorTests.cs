using System.Text.Json.Nodes;
using Evidence.Core.Notes;
using Evidence.Node.Anchoring;
using Evidence.Node.Replication;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Replication;

/// <summary>Only sizes that a mirror has cosigned are anchored.</summary>
public sealed class MirrorsBeforeAnchorTests
{
    private static Task<TestNetwork> StartAsync(int nodes, int mirrors) => TestNetwork.StartAsync(nodes, json => json["replicas"] = new JsonObject { ["mirrorsBeforeAnchor"] = mirrors });

    [Fact]
    public async Task Nothing_is_anchored_while_no_mirror_holds_it_and_it_is_as_soon_as_one_does()
    {
        await using var network = await StartAsync(2, mirrors: 1);
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        await network[1].StopAsync();
        var before = network.Ledger.Anchors(network[0].LogId).Count;
        await network.ArchiveAsync(0, 2);
        var candidate = network[0].Services.GetRequiredService<AnchorCandidate>();
        await Eventually.TrueAsync(() => candidate.Note is not null, "a checkpoint waits for the mirror");
        Assert.False(candidate.IsReady);
        Assert.Contains("none has", candidate.Describe(), StringComparison.Ordinal);
        Assert.Equal(before, network.Ledger.Anchors(network[0].LogId).Count);
        await network[1].StartAsync();
        await network.SettleAsync();
        Assert.Equal(5UL, network.Ledger.Anchors(network[0].LogId)[^1].Size);
        await Eventually.TrueAsync(() => candidate.Note is null, "nothing waits");
    }

    [Fact]
    public async Task Each_anchor_was_cosigned_by_as_many_mirrors_before_as_are_asked_for()
    {
        await using var network = await StartAsync(3, mirrors: 2);
        for (var i = 0; i < 4; i++)
        {
            await network.ArchiveAsync(0, 1);
            await Eventually.TrueAsync(() => network.Ledger.Anchors(network[0].LogId) is [.., var last] && last.Size == (ulong)(i + 1), "it is anchored");
            var own = network[0].Logs.Own;
            var cosigned = own.Cosignatures.Read().Select(payload => CosignatureEntry.Parse(payload, own.Keys)).Where(entry => entry.Checkpoint.Size == (ulong)(i + 1));
            Assert.Equal(2, cosigned.Select(entry => entry.Witness.Name).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_witness_outside_and_the_node_itself_are_no_mirrors()
    {
        await using var network = await StartAsync(2, mirrors: 1);
        await network.ArchiveAsync(0, 1);
        await network.SettleAsync();
        await network[1].StopAsync();
        await network.ArchiveAsync(0, 1);
        var node = network[0];
        var candidate = node.Services.GetRequiredService<AnchorCandidate>();
        await Eventually.TrueAsync(() => candidate.Note is not null, "a checkpoint waits for the mirror");
        var own = node.Services.GetRequiredService<Cosigner>();
        var note = candidate.Note!.With(own.Cosign(candidate.Note.Text, DateTimeOffset.UnixEpoch.AddDays(1)));
        await node.Logs.Own.Cosignatures.AppendAsync(CosignatureEntry.Of(note, node.Logs.Own.Keys).Encode(), default);
        Assert.False(candidate.IsReady);
    }
}
