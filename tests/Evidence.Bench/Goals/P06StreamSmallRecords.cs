using Evidence.Bench.EmptyHandler;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;

namespace Evidence.Bench.Goals;

/// <summary>What is left of the speed of gRPC streams when every record is made to last.</summary>
internal sealed class P06StreamSmallRecords : IGoal
{
    private const int Records = 60_000; // a round, on each of the two streams
    private const int MinRounds = 5;

    public string Name => "P6";

    public string Title => "records of 1 KiB on 2 duplex streams, each acknowledged when it is durable, against the empty gRPC handler";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, "1 KiB records on 2 streams", ct);
        await using var empty = await EmptyNode.StartAsync(context, ct);
        await using var nodeStreams = new UnsignedStreams(context, node.Connect);
        await using var emptyStreams = new UnsignedStreams(context, empty.Connect);
        await nodeStreams.RateAsync(Records, ct); // until the code is compiled
        await emptyStreams.RateAsync(Records, ct);
        await context.SettleAsync(ct);
        var series = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side("node", "records/s", (_, token) => nodeStreams.RateAsync(Records, token)),
            new Side("empty handler", "records/s", (_, token) => emptyStreams.RateAsync(Records, token)),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtLeast, 0.2, 0.45)],
            [.. series.Select(s => s.Absolute("2 streams of 1 KiB records"))]);
    }
}
