using Evidence.Bench.Corpora;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;

namespace Evidence.Bench.Goals;

/// <summary>Checking documents whole from the medium, against only reading them, or only hashing them where that is slower.</summary>
internal sealed class P03SweepFromMedium : IGoal
{
    private const double Million = 1e6;
    private const int Threads = 2, MinRounds = 5;

    public string Name => "P3";

    public string Title => "sweep of corpus A from the medium, against the lower of the best O_DIRECT read of its volumes and SHA-256 of .NET in memory on 2 threads";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await SweptNode.FillAsync(context, CorpusPlan.A, folder: null, ct);
        var corpus = await context.CorpusAsync(CorpusPlan.A, ct);
        var peer = MemoryHashPeer.Load(corpus);
        await context.SettleAsync(ct);
        var bytes = node.Volumes.Sum(file => new FileInfo(file).Length);
        var (size, depth) = await FindBestReadAsync(context, node.Volumes, ct);
        var series = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side("sweep", "MB/s", async (_, token) => await node.SweepAsync(token) is var (sweep, seconds) ? sweep.BytesRead / Million / seconds : 0),
            new Side($"O_DIRECT read of {size} MiB, {depth} at once", "MB/s", async (_, token) => bytes / Million / await context.SecondsAsync(() => DirectReadPeer.RunAsync(node.Volumes, size, depth, token))),
            new Side("SHA-256 of .NET, 2 threads", "MB/s", async (_, _) => corpus.Bytes / Million / await context.SecondsAsync(() => Task.Run(() => peer.Run(Threads)))),
        ], context.Say, ct);
        double[] lower = [.. series[1].Values.Zip(series[2].Values, Math.Min)];
        return new GoalResult(
            [new Figure("", Statistics.MedianRatio(series[0].Values, lower), Sense.AtLeast, 0.9, 0.95)],
            [.. series.Select(s => s.Absolute("corpus A from the medium"))]);
    }

    private static async Task<(int Size, int Depth)> FindBestReadAsync(BenchContext context, IReadOnlyList<string> files, CancellationToken ct)
    {
        var best = (Size: 0, Depth: 0, Seconds: double.MaxValue);
        foreach (var size in DirectReadPeer.Sizes)
        {
            foreach (var depth in DirectReadPeer.Depths)
            {
                var seconds = await context.SecondsAsync(() => DirectReadPeer.RunAsync(files, size, depth, ct));
                if (seconds < best.Seconds) best = (size, depth, seconds);
            }
        }

        return (best.Size, best.Depth);
    }
}
