using Evidence.Bench.EmptyHandler;
using Evidence.Bench.Measuring;
using Evidence.Bench.Wire;

namespace Evidence.Bench.Goals;

/// <summary>What the gRPC server leaves of Kestrel's calls a second.</summary>
internal sealed class GrpcUnary : IGoal
{
    private const int Calls = 40_000; // a round
    private const int InFlight = 64;
    private const int MinRounds = 7;

    public string Name => "GRPC-UNARY";

    public string Title => "unary calls of 1 KiB, 64 in flight, against bare Kestrel over HTTP/2 that reads and writes the same bytes";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var server = await EmptyNode.StartAsync(context, ct);
        using var load = new WireLoad(server.Address);
        var grpc = new Side("gRPC", "calls/s", (_, token) => RateAsync(context, load, $"/{WireService.Name}/Echo", token));
        var bare = new Side("bare Kestrel", "calls/s", (_, token) => RateAsync(context, load, BareEndpoints.Echo, token));
        foreach (var side in new[] { grpc, bare, grpc, bare }) await side.MeasureAsync(0, ct); // until the code is compiled
        var rates = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds), [grpc, bare], context.Say, ct);
        return new GoalResult([new Figure("", rates[0].RatioTo(rates[1]), Sense.AtLeast, 0.8, 0.9)], [.. rates.Select(side => side.Absolute("unary calls of 1 KiB"))]);
    }

    private static async Task<double> RateAsync(BenchContext context, WireLoad load, string path, CancellationToken ct)
    {
        var left = Calls;
        async Task CallAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var (bytes, _) = await load.CallAsync(path, WireBytes.SmallMessage, 1, ct);
                if (bytes != WireBytes.SmallMessage.Length) throw new NotMeasuredException($"{path} answered {bytes} bytes");
            }
        }

        return Calls / await context.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(CallAsync, ct))));
    }
}
