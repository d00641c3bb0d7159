using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;

namespace Evidence.Bench.Goals;

/// <summary>What is left of the speed at which signatures can be verified at all when every record that carries one is verified and made to last.</summary>
internal sealed class P07StreamSignedRecords : IGoal
{
    private const int Records = 30_000; // a round, on each of the two streams
    private const int MinRounds = 5;

    public string Name => "P7";

    public string Title => "records of 1 KiB with raw P-256 signatures on 2 duplex streams, against the framework's verification on 2 threads";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        using var signed = new SignedRecords(context.Time);
        await using var node = await BenchNode.StartAsync(context, "signed 1 KiB records on 2 streams", ct, signed.RootPem);
        await using var streams = new RecordStreams(context, node.Connect);
        var peer = new SignaturePeer(signed);
        await RateAsync(streams, signed, 0, ct); // until the code is compiled
        await peer.RateAsync(context, ct);
        await context.SettleAsync(ct);
        var series = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side("node", "records/s", (round, token) => RateAsync(streams, signed, round, token)),
            new Side("ECDSA P-256 verified by the framework", "signatures/s", (_, token) => peer.RateAsync(context, token)),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtLeast, 0.5, 0.8)],
            [.. series.Select(s => s.Absolute("2 streams of signed 1 KiB records"))]);
    }

    // Signed before the clock runs: signing is the client's, and costs nearly as much as verifying.
    private static Task<double> RateAsync(RecordStreams streams, SignedRecords signed, int round, CancellationToken ct)
    {
        var drafts = Enumerable.Range(round * 2 * Records, 2 * Records).Select(signed.Draft).ToList();
        return streams.RateAsync(drafts.Take(Records), drafts.Skip(Records), drafts.Count, ct);
    }
}
