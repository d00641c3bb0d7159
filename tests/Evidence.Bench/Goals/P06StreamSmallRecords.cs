using Evidence.Bench.EmptyHandler;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Client;

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
        await using var nodeStreams = new Streams(context, node.Connect);
        await using var emptyStreams = new Streams(context, empty.Connect);
        await nodeStreams.RateAsync(ct); // until the code is compiled
        await emptyStreams.RateAsync(ct);
        await context.SettleAsync(ct);
        var series = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side("node", "records/s", (_, token) => nodeStreams.RateAsync(token)),
            new Side("empty handler", "records/s", (_, token) => emptyStreams.RateAsync(token)),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtLeast, 0.2, 0.45)],
            [.. series.Select(s => s.Absolute("2 streams of 1 KiB records"))]);
    }

    /// <summary>Two streams, each over a connection of its own.</summary>
    private sealed class Streams(BenchContext context, Func<EvidenceClient> connect) : IAsyncDisposable
    {
        private readonly EvidenceClient _one = connect();
        private readonly EvidenceClient _two = connect();
        private int _next;

        internal async Task<double> RateAsync(CancellationToken ct)
        {
            var first = _next;
            _next += 2 * Records;
            return 2 * Records / await context.SecondsAsync(() => Task.WhenAll(
                SmallRecords.StreamAsync(_one, first, Records, ct), SmallRecords.StreamAsync(_two, first + Records, Records, ct)));
        }

        public async ValueTask DisposeAsync()
        {
            await _one.DisposeAsync();
            await _two.DisposeAsync();
        }
    }
}
