using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Tests.Network;
using Evidence.V1;

namespace Evidence.Tests.Faults;

/// <summary>A node that is killed in the middle of a sweep goes on with it by itself.</summary>
[Collection(RealProcesses.Name)]
public sealed class KillDuringSweepTests
{
    private const int Records = 320, RecordBytes = 100_000, Seed = 5;
    private const long VolumeBytes = 2 << 20, BytesPerSecond = 8_000_000, KillAt = 10_000_000;

    [Fact]
    public async Task No_more_than_one_volume_is_read_twice()
    {
        await using var network = await RunningNetwork.StartAsync(nodes: 1);
        await ConfigureAsync(network);
        long told;
        using (var client = network.Node1.Connect())
        {
            await FileAsync(client);
            told = await SweepUntilAsync(client, KillAt);
        }

        var longest = Directory.GetFiles(Path.Combine(network.Node1.Files.OwnLog, "volumes")).Max(file => new FileInfo(file).Length);
        await network.Node1.KillAsync(CancellationToken.None);
        await network.Node1.StartAsync(CancellationToken.None);
        using var again = network.Node1.Connect();
        var sweeps = await EndedAsync(again);
        Assert.Equal((SweepStage.Failed, SweepStage.Done, Outcome.Intact), (sweeps[1].Stage, sweeps[0].Stage, sweeps[0].Outcome));
        Assert.Equal(sweeps[0].BytesTotal, sweeps[0].BytesRead + sweeps[0].BytesKept);
        Assert.True(sweeps[0].BytesKept >= told - longest, $"{told} bytes were read before the kill, and only {sweeps[0].BytesKept} were left out after it; the longest volume has {longest}");
    }

    private static async Task ConfigureAsync(RunningNetwork network)
    {
        await network.Node1.StopAsync(CancellationToken.None);
        var config = network.Node1.Files.Config;
        var json = JsonNode.Parse(await File.ReadAllTextAsync(config))!.AsObject();
        json["volumeBytes"] = VolumeBytes;
        json["sweep"] = new JsonObject { ["bytesPerSecond"] = BytesPerSecond };
        await File.WriteAllTextAsync(config, json.ToJsonString());
        await network.Node1.StartAsync(CancellationToken.None);
    }

    private static async Task FileAsync(EvidenceClient client)
    {
        var random = new Random(Seed);
        var drafts = Enumerable.Range(0, Records).Select(_ =>
        {
            var content = new byte[RecordBytes];
            random.NextBytes(content);
            return RunningNetwork.Draft(content);
        });
        await foreach (var outcome in client.ArchiveManyAsync(drafts.ToAsyncEnumerable(), CancellationToken.None)) Assert.Null(outcome.Failure);
    }

    /// <summary>How much the sweep has said it had read when it is left alone.</summary>
    private static async Task<long> SweepUntilAsync(EvidenceClient client, long bytes)
    {
        var sweep = await client.Monitor.StartSweepAsync(new StartSweepRequest());
        using var watch = client.Monitor.WatchSweep(new WatchSweepRequest { Sweep = sweep.Sweep_ });
        while (sweep.BytesRead < bytes && await watch.ResponseStream.MoveNext(CancellationToken.None)) sweep = watch.ResponseStream.Current;
        Assert.Equal(SweepStage.Scan, sweep.Stage);
        return sweep.BytesRead;
    }

    private static async Task<IReadOnlyList<Sweep>> EndedAsync(EvidenceClient client)
    {
        IReadOnlyList<Sweep> sweeps = [];
        Assert.True(
            await RunningNetwork.WaitForAsync(async () =>
            {
                sweeps = (await client.Monitor.ListSweepsAsync(new ListSweepsRequest { PageSize = 10 })).Sweeps;
                return sweeps is [{ EndedUnixMs: > 0 }, _];
            }),
            $"the node did not go on with the sweep: {string.Join("; ", sweeps)}");
        return sweeps;
    }
}
