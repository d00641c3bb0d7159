using Evidence.Bench.EmptyHandler;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Client;

namespace Evidence.Bench.Goals;

/// <summary>What is left of the speed of gRPC calls when every record is made to last, and how long the slowest of them take.</summary>
internal sealed class P14UnaryCalls : IGoal
{
    private const int Records = 50_000; // a round
    private const int InFlight = 64;
    private const int MinRounds = 5;

    public string Name => "P14";

    public string Title => "records of 1 KiB by unary calls, 64 in flight, against the empty gRPC handler: rate, and p99 of the latency";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, "1 KiB records by unary calls", ct);
        await using var empty = await EmptyNode.StartAsync(context, ct);
        await using var nodeClient = node.Connect();
        await using var emptyClient = empty.Connect();
        var (nodeTimes, emptyTimes) = (new List<double>(), new List<double>());
        await RateAsync(context, nodeClient, 0, [], ct); // until the code is compiled
        await RateAsync(context, emptyClient, 0, [], ct);
        await context.SettleAsync(ct);
        var rates = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side("node", "records/s", (round, token) => RateAsync(context, nodeClient, round, nodeTimes, token)),
            new Side("empty handler", "records/s", (round, token) => RateAsync(context, emptyClient, round, emptyTimes, token)),
        ], context.Say, ct);
        return new GoalResult(
            [
                new Figure("rate", rates[0].RatioTo(rates[1]), Sense.AtLeast, 0.3, 0.5),
                new Figure("p99", Statistics.MedianRatio(nodeTimes, emptyTimes), Sense.AtMost, 3, 2),
            ],
            [
                .. rates.Select(s => s.Absolute("unary calls of 1 KiB")),
                new Absolute("unary calls, p99: node", Statistics.Median(nodeTimes), "ms"),
                new Absolute("unary calls, p99: empty handler", Statistics.Median(emptyTimes), "ms"),
            ]);
    }

    /// <summary>The rate of one round; adds the p99 of its latencies to <paramref name="p99"/>.</summary>
    private static async Task<double> RateAsync(BenchContext context, EvidenceClient client, int round, List<double> p99, CancellationToken ct)
    {
        var times = new double[Records];
        var next = -1;
        async Task CallAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < Records;)
            {
                var started = context.Time.GetTimestamp();
                await client.ArchiveAsync(SmallRecords.Draft((round * Records) + i), null, ct);
                times[i] = context.Time.GetElapsedTime(started).TotalMilliseconds;
            }
        }

        var seconds = await context.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(CallAsync, ct))));
        p99.Add(Statistics.Quantile(times, 0.99));
        return Records / seconds;
    }
}
