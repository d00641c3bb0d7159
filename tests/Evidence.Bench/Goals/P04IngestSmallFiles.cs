using Evidence.Bench.Corpora;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;

namespace Evidence.Bench.Goals;

/// <summary>Taking in many small files, against copying them.</summary>
internal sealed class P04IngestSmallFiles : IGoal
{
    public string Name => "P4";

    public string Title => "ingest of corpus B (200,000 files of 1-4 KB), durable, sealed, in the log, over gRPC, against cp -r and sync";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var corpus = await context.CorpusAsync(CorpusPlan.B, ct);
        var series = await Interleaving.RunAsync(context.Rounds,
        [
            new Side("node", "files/s", (_, token) => IngestAsync(context, corpus, token)),
            new Side("cp -r and sync", "files/s", (_, token) => CopyAsync(context, corpus, token)),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", series[0].RatioTo(series[1]), Sense.AtLeast, 1.5, 3)],
            [.. series.Select(s => s.Absolute("corpus B"))]);
    }

    private static async Task<double> IngestAsync(BenchContext context, Corpus corpus, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, "ingest of corpus B", ct);
        await using var client = node.Connect();
        await FolderIngest.WarmUpAsync(context, client, ct);
        await context.SettleAsync(ct);
        return corpus.Files.Count / await context.SecondsAsync(() => FolderIngest.RunAsync(client, corpus, ct));
    }

    private static async Task<double> CopyAsync(BenchContext context, Corpus corpus, CancellationToken ct)
    {
        var copy = context.FreshPath("cp");
        await context.SettleAsync(ct);
        return corpus.Files.Count / await context.SecondsAsync(() => CopyPeer.RunAsync(corpus.Folder, copy, ct));
    }
}
