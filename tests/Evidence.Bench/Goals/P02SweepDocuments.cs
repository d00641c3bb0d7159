using Evidence.Bench.Corpora;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;

namespace Evidence.Bench.Goals;

/// <summary>Checking documents whole, against hashing their bytes and nothing else.</summary>
internal sealed class P02SweepDocuments : IGoal
{
    private const double Million = 1e6;
    private const long Room = 3L << 30;
    private const int Threads = 2, MinRounds = 5;

    public string Name => "P2";

    public string Title => "sweep of corpus A (20,000 files, 1.47 GB) in memory, against SHA-256 of .NET over the same bytes in memory on 2 threads";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        using var memory = MemoryDisk.Make(Room);
        await using var node = await SweptNode.FillAsync(context, CorpusPlan.A, Path.Combine(memory.Path, "node"), ct);
        var corpus = await context.CorpusAsync(CorpusPlan.A, ct);
        var peer = MemoryHashPeer.Load(corpus);
        peer.Run(Threads);
        await context.SettleAsync(ct);
        var series = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side("sweep", "MB/s", async (_, token) => corpus.Bytes / Million / (await node.SweepAsync(token)).Seconds),
            new Side("SHA-256 of .NET, 2 threads", "MB/s", async (_, _) => corpus.Bytes / Million / await context.SecondsAsync(() => Task.Run(() => peer.Run(Threads)))),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtLeast, 0.6, 0.9)],
            [.. series.Select(s => s.Absolute("corpus A"))]);
    }
}
