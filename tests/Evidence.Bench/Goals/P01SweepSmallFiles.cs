using Evidence.Bench.Corpora;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;

namespace Evidence.Bench.Goals;

/// <summary>Checking many small records whole, against checking the checksums of as many files.</summary>
internal sealed class P01SweepSmallFiles : IGoal
{
    private const long Room = 3L << 30;
    private const int Processes = 2, MinRounds = 5;

    public string Name => "P1";

    public string Title => "sweep of corpus B (200,000 files of 1-4 KB) in memory: content, seal, log, ledger, index, against sha256sum --check in 2 processes";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        using var memory = MemoryDisk.Make(Room);
        await using var node = await SweptNode.FillAsync(context, CorpusPlan.B, Path.Combine(memory.Path, "node"), ct);
        var corpus = await context.CorpusAsync(CorpusPlan.B, ct);
        var peer = await ChecksumPeer.PrepareAsync(corpus, context.FreshFolder("lists"), Processes, ct);
        await context.SettleAsync(ct);
        var series = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side("sweep", "records/s", async (_, token) => corpus.Files.Count / (await node.SweepAsync(token)).Seconds),
            new Side("sha256sum --check, 2 processes", "files/s", async (_, token) => corpus.Files.Count / await context.SecondsAsync(() => peer.RunAsync(token))),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtLeast, 3, 5)],
            [.. series.Select(s => s.Absolute("corpus B"))]);
    }
}
