using Evidence.Bench.EmptyHandler;
using Evidence.Bench.Measuring;
using Evidence.Bench.Wire;

namespace Evidence.Bench.Goals;

/// <summary>What the gRPC server leaves of Kestrel's bytes a second, to the server and from it.</summary>
internal sealed class GrpcStream : IGoal
{
    private const int Chunks = 8_000; // a stream and round: 500 MB
    private const int MinRounds = 7;

    public string Name => "GRPC-STREAM";

    public string Title => "a stream of chunks of 64 KiB, against bare Kestrel over HTTP/2 that reads and writes the same bytes: to the server; from the server";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var server = await EmptyNode.StartAsync(context, ct);
        using var load = new WireLoad(server.Address);
        Side[] sides =
        [
            new("gRPC, to the server", "MB/s", (_, token) => TakeAsync(context, load, $"/{WireService.Name}/Take", token)),
            new("bare Kestrel, to the server", "MB/s", (_, token) => TakeAsync(context, load, BareEndpoints.Take, token)),
            new("gRPC, from the server", "MB/s", (_, token) => GiveAsync(context, load, $"/{WireService.Name}/Give", token)),
            new("bare Kestrel, from the server", "MB/s", (_, token) => GiveAsync(context, load, BareEndpoints.Give, token)),
        ];
        foreach (var side in sides) await side.MeasureAsync(0, ct); // until the code is compiled
        var rates = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds), sides, context.Say, ct);
        return new GoalResult(
            [
                new Figure("to the server", rates[0].RatioTo(rates[1]), Sense.AtLeast, 0.9, 0.95),
                new Figure("from the server", rates[2].RatioTo(rates[3]), Sense.AtLeast, 0.9, 0.95),
            ],
            [.. rates.Select(side => side.Absolute("chunks of 64 KiB"))]);
    }

    private static Task<double> TakeAsync(BenchContext context, WireLoad load, string path, CancellationToken ct) => RateAsync(context, async () =>
    {
        var (_, last) = await load.CallAsync(path, WireBytes.ChunkMessage, Chunks, ct);
        if (WireBytes.NumberIn(last) != Chunks) throw new NotMeasuredException($"{path} counted {WireBytes.NumberIn(last)} chunks");
    });

    private static Task<double> GiveAsync(BenchContext context, WireLoad load, string path, CancellationToken ct) => RateAsync(context, async () =>
    {
        var (bytes, _) = await load.CallAsync(path, WireBytes.Message(Chunks), 1, ct);
        if (bytes != (long)Chunks * WireBytes.ChunkMessage.Length) throw new NotMeasuredException($"{path} answered {bytes} bytes");
    });

    private static async Task<double> RateAsync(BenchContext context, Func<Task> call) =>
        Chunks * (double)WireBytes.ChunkMessage.Length / 1e6 / await context.SecondsAsync(call);
}
