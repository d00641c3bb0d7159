using System.Collections.Concurrent;
using System.Globalization;
using Evidence.Client;
using Evidence.Core;
using Evidence.Tests.Network;
using Grpc.Core;
using Xunit.Abstractions;
using Layer = Evidence.Core.Verification.Layer;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Faults;

/// <summary>kill -9 of a node while it takes in records.</summary>
[Collection(RealProcesses.Name)]
public sealed class KillDuringIngestTests(ITestOutputHelper output)
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("EVIDENCE_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 50;
    private const int Senders = 4;
    private const int Seed = 20261122;

    private static readonly Layer[] SealedLayers = [Layer.Content, Layer.Seal, Layer.Log];

    // Of what was sent, by digest: whatever the node shows must be one of these, whole.
    private readonly ConcurrentDictionary<Digest, int> _sent = new();
    private readonly ConcurrentDictionary<string, Digest> _acknowledged = new();
    private readonly HashSet<string> _checked = [];

    [Fact]
    public async Task Keeps_every_acknowledged_record_and_shows_nothing_half_written_through_many_kills()
    {
        await using var network = await RunningNetwork.StartAsync();
        var random = new Random(Seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillWhileSendingAsync(network, random);
            await network.Node1.StartAsync(CancellationToken.None);
            using var client = network.Node1.Connect();
            await CheckNewRecordsAsync(client);
        }
        output.WriteLine($"{_sent.Count} sent, {_acknowledged.Count} acknowledged, {_checked.Count} kept");
        Assert.True(_acknowledged.Count >= Kills, $"only {_acknowledged.Count} records were acknowledged: the test did not test much");
        await CheckWholeAsync(network);
    }

    private async Task KillWhileSendingAsync(RunningNetwork network, Random random)
    {
        using var client = network.Node1.Connect();
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(_ => new Random(random.Next())).Select(r => SendAsync(client, r, stop.Token)).ToList();
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 400)));
        await network.Node1.KillAsync(CancellationToken.None);
        await stop.CancelAsync();
        await Task.WhenAll(senders);
    }

    private async Task SendAsync(EvidenceClient client, Random random, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var content = new byte[SizeOf(random)];
            random.NextBytes(content);
            var digest = Digest.Of(content);
            _sent[digest] = content.Length;
            try
            {
                var receipt = await client.ArchiveAsync(RunningNetwork.Draft(content), null, ct);
                _acknowledged[receipt.Record] = digest;
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                return; // not acknowledged: the node may have the record or not
            }
        }
    }

    // Mostly small; now and then one that is too large to be buffered and becomes a volume of its own.
    private static int SizeOf(Random random) => random.Next(40) == 0 ? (5 << 20) + random.Next(1000) : random.Next(1, 40_000);

    private async Task CheckNewRecordsAsync(EvidenceClient client)
    {
        var records = await client.ListRecordsAsync("", CancellationToken.None).ToListAsync();
        Assert.Equal(Enumerable.Range(0, records.Count).Select(i => (ulong)i), records.Select(r => r.Leaf));
        Assert.Subset(records.Select(r => r.Record_).ToHashSet(), _acknowledged.Keys.ToHashSet());
        foreach (var record in records.Where(r => _checked.Add(r.Record_))) await CheckAsync(client, record);
    }

    private async Task CheckAsync(EvidenceClient client, V1.Record record)
    {
        var content = Assert.Single(record.Parts, p => p.Role == V1.PartRole.Content);
        var digest = new Digest(content.Sha256.Span);
        Assert.True(_sent.TryGetValue(digest, out var size) && size == content.Size, $"record {record.Record_} is none that was sent");
        if (_acknowledged.TryGetValue(record.Record_, out var acknowledged)) Assert.Equal(acknowledged, digest);
        var verdict = await client.VerifyRecordAsync(record.Record_, CancellationToken.None);
        Assert.All(SealedLayers, layer => Assert.True(verdict.Layers[layer] == Outcome.Intact, RunningNetwork.Describe(verdict)));
    }

    private async Task CheckWholeAsync(RunningNetwork network)
    {
        using var client = network.Node1.Connect();
        var records = await client.ListRecordsAsync("", CancellationToken.None).ToListAsync();
        var last = await RunningNetwork.WaitForIntactAsync(client, records[^1].Record_);
        Assert.True(last.Whole == Outcome.Intact, RunningNetwork.Describe(last));
        foreach (var record in records)
        {
            var verdict = await client.VerifyRecordAsync(record.Record_, CancellationToken.None);
            Assert.True(verdict.Whole == Outcome.Intact, RunningNetwork.Describe(verdict));
        }
        var sweep = await RunningNetwork.SweepAsync(client);
        Assert.True(sweep.Outcome == V1.Outcome.Intact && sweep.FindingsTotal == 0, string.Join('\n', sweep.Findings));
    }
}
