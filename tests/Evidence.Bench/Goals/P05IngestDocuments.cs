using Evidence.Bench.Corpora;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;

namespace Evidence.Bench.Goals;

/// <summary>Taking in documents of common sizes, against a backup tool and against copying them.</summary>
internal sealed class P05IngestDocuments : IGoal
{
    private const double Million = 1e6;

    public string Name => "P5";

    public string Title => "ingest of corpus A (20,000 files, 1.47 GB), as P4, against restic backup, and against cp -r and sync";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var corpus = await context.CorpusAsync(CorpusPlan.A, ct);
        var series = await Interleaving.RunAsync(context.Rounds,
        [
            new Side("node", "MB/s", (_, token) => IngestAsync(context, corpus, token)),
            new Side("restic backup", "MB/s", (_, token) => BackUpAsync(context, corpus, token)),
            new Side("cp -r and sync", "MB/s", (_, token) => CopyAsync(context, corpus, token)),
        ], context.Say, ct);
        return new GoalResult(
            [
                new Figure("against restic backup", series[0].RatioTo(series[1]), Sense.AtLeast, 2, 3),
                new Figure("against cp -r and sync", series[0].RatioTo(series[2]), Sense.AtLeast, 0.7, 0.95),
            ],
            [.. series.Select(s => s.Absolute("corpus A"))]);
    }

    private static async Task<double> IngestAsync(BenchContext context, Corpus corpus, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, "ingest of corpus A", ct);
        await using var client = node.Connect();
        await FolderIngest.WarmUpAsync(context, client, ct);
        await context.SettleAsync(ct);
        return corpus.Bytes / Million / await context.SecondsAsync(() => FolderIngest.RunAsync(client, corpus, ct));
    }

    private static async Task<double> BackUpAsync(BenchContext context, Corpus corpus, CancellationToken ct)
    {
        var folder = context.FreshFolder("restic");
        var repository = await ResticRepository.InitAsync(folder, context.Say, ct);
        await context.SettleAsync(ct);
        context.Discard(folder); // a hundred large files
        return corpus.Bytes / Million / await context.SecondsAsync(() => repository.BackUpAsync(corpus.Folder, ct));
    }

    private static async Task<double> CopyAsync(BenchContext context, Corpus corpus, CancellationToken ct)
    {
        var copy = context.FreshPath("cp");
        await context.SettleAsync(ct);
        return corpus.Bytes / Million / await context.SecondsAsync(() => CopyPeer.RunAsync(corpus.Folder, copy, ct));
    }
}
