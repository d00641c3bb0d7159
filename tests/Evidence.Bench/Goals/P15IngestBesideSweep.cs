using System.Text.Json.Nodes;
using Evidence.Bench.Corpora;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;

namespace Evidence.Bench.Goals;

/// <summary>What those who file records feel of a sweep that keeps to its configured rate.</summary>
internal sealed class P15IngestBesideSweep : IGoal
{
    private const long BytesPerSecond = 100_000_000; // 8.6 TB a day
    private static readonly TimeSpan AloneFor = TimeSpan.FromSeconds(10);

    public string Name => "P15";

    public string Title => "ingest of 1 KiB records, p99, while a sweep of corpus A runs at 100 MB/s, against without";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await SweptNode.FillAsync(context, CorpusPlan.A, folder: null, ct);
        await node.ConfigureAsync(json => json["sweep"] = new JsonObject { ["bytesPerSecond"] = BytesPerSecond }, ct);
        await LatencyAsync(context, node, Task.Delay(AloneFor, context.Time, ct), ct); // until the code is compiled
        await context.SettleAsync(ct);
        var series = await Interleaving.RunAsync(context.Rounds,
        [
            new Side("p99 beside a sweep", "ms", (_, token) => LatencyAsync(context, node, node.SweepOnceAsync(token), token)),
            new Side("p99 without", "ms", (_, token) => LatencyAsync(context, node, Task.Delay(AloneFor, context.Time, token), token)),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtMost, 1.5, 1.25)],
            [.. series.Select(s => s.Absolute("records of 1 KiB"))]);
    }

    private static async Task<double> LatencyAsync(BenchContext context, SweptNode node, Task until, CancellationToken ct)
    {
        await using var client = node.Connect();
        return Statistics.Quantile(await new PacedRecords(client, context.Time).RunAsync(until, ct), 0.99);
    }
}
