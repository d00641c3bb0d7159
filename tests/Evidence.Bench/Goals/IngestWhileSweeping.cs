using System.Text.Json.Nodes;
using Evidence.Bench.Corpora;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;

namespace Evidence.Bench.Goals;

/// <summary>How much of its rate ingest keeps while a sweep runs at its configured rate.</summary>
internal sealed class IngestWhileSweeping : IGoal
{
    private const long BytesPerSecond = 100_000_000; // 8.6 TB a day
    private const int Records = 60_000;
    private int _next;

    public string Name => "INGEST-SWEEP";

    public string Title => "ingest of 1 KiB records over a stream while a sweep of corpus A runs at 100 MB/s, against without";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await SweptNode.FillAsync(context, CorpusPlan.A, folder: null, ct);
        await node.ConfigureAsync(json => json["sweep"] = new JsonObject { ["bytesPerSecond"] = BytesPerSecond }, ct);
        await RateAsync(context, node, ct); // until the code is compiled
        await context.SettleAsync(ct);
        var series = await Interleaving.RunAsync(context.Rounds,
        [
            new Side("beside a sweep", "records/s", (_, token) => BesideAsync(context, node, token)),
            new Side("without", "records/s", (_, token) => RateAsync(context, node, token)),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtLeast, 0.8, 0.9)],
            [.. series.Select(s => s.Absolute("records of 1 KiB"))]);
    }

    private async Task<double> BesideAsync(BenchContext context, SweptNode node, CancellationToken ct)
    {
        var sweep = node.SweepOnceAsync(ct);
        var rate = await RateAsync(context, node, ct);
        if (sweep.IsCompleted) throw new NotMeasuredException("the sweep ended before the records were filed");
        await sweep;
        return rate;
    }

    private async Task<double> RateAsync(BenchContext context, SweptNode node, CancellationToken ct)
    {
        await using var client = node.Connect();
        var first = _next;
        _next += Records;
        return Records / await context.SecondsAsync(() => SmallRecords.StreamAsync(client, first, Records, ct));
    }
}
