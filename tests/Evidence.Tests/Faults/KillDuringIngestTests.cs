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

/// <summary>kill -9 of a node while it takes in records: one by one, in a stream, and large ones. The environment variable EVIDENCE_KILLS sets how many kills.</summary>
[Collection(RealProcesses.Name)]
public sealed class KillDuringIngestTests(ITestOutputHelper output)
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("EVIDENCE_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 50;
    private const int Senders = 3;
    private const int InOneStream = 60;
    private const int Large = 5 << 20; // not buffered by the node: a volume of its own
    private const int Seed = 20261122;

    private static readonly Layer[] SealedLayers = [Layer.Content, Layer.Seal, Layer.Log];

    // Of what was sent, by digest: whatever the node shows must be one of these, whole.
    private readonly ConcurrentDictionary<Digest, int> _sent = new();
    private readonly ConcurrentDictionary<string, Digest> _acknowledged = new();
    private readonly HashSet<string> _checked = [];
    private readonly ConcurrentDictionary<RecordDraft, Digest> _drafts = new(ReferenceEqualityComparer.Instance);

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
        var senders = Enumerable.Range(0, Senders).Select(_ => new Random(random.Next())).Select(r => SendAsync(client, r, SizeOf, stop.Token)).ToList();
        senders.Add(SendStreamAsync(client, new Random(random.Next()), stop.Token));
        if (random.Next(4) == 0) senders.Add(SendAsync(client, new Random(random.Next()), r => Large + r.Next(1000), stop.Token));
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 400)));
        await network.Node1.KillAsync(CancellationToken.None);
        await stop.CancelAsync();
        await Task.WhenAll(senders);
    }

    private RecordDraft Draft(Random random, int size)
    {
        var content = new byte[size];
        random.NextBytes(content);
        var (draft, digest) = (RunningNetwork.Draft(content), Digest.Of(content));
        (_sent[digest], _drafts[draft]) = (size, digest);
        return draft;
    }

    private async Task SendAsync(EvidenceClient client, Random random, Func<Random, int> sizeOf, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var draft = Draft(random, sizeOf(random));
            try
            {
                var receipt = await client.ArchiveAsync(draft, null, ct);
                _acknowledged[receipt.Record] = _drafts[draft];
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                return; // not acknowledged: the node may have the record or not
            }
        }
    }

    private async Task SendStreamAsync(EvidenceClient client, Random random, CancellationToken ct)
    {
        try
        {
            var drafts = Enumerable.Range(0, InOneStream).Select(_ => Draft(random, random.Next(1, 2000))).ToAsyncEnumerable();
            await foreach (var outcome in client.ArchiveManyAsync(drafts, ct))
                if (outcome.Receipt is { } receipt) _acknowledged[receipt.Record] = _drafts[outcome.Draft];
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // those that were acknowledged before are noted
        }
    }

    private static int SizeOf(Random random) => random.Next(1, 40_000);

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
