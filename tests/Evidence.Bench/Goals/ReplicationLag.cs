using Evidence.Bench.Corpora;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Client;

namespace Evidence.Bench.Goals;

/// <summary>How long a record that was acknowledged stands in one place only, while half as much comes in as the machine takes at most with the mirrors on it.</summary>
internal sealed class ReplicationLag : IGoal
{
    private const int Mirrors = 2;
    private const int PerStream = 100_000;
    private const int FirstPaced = 1_000_000_000; // others than those that were filed before
    private static readonly TimeSpan Paced = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "LAG";

    public string Title => "from acknowledgement until each of two mirrors on the same machine holds a record proven, at half of the rate that the machine takes while they pull: p99 and longest";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var corpus = await context.CorpusAsync(CorpusPlan.A, ct);
        await using var node = await BenchNode.StartAsync(context, "ingest that two nodes mirror", ct, mirrors: Mirrors);
        await using var client = node.Connect();
        await using var streams = new UnsignedStreams(context, node.Connect);
        await streams.RateAsync(PerStream, ct); // until the code is compiled
        await CaughtUpAsync(context, node, ct);
        var full = await streams.RateAsync(PerStream, ct);
        await CaughtUpAsync(context, node, ct);
        var fullFiles = corpus.Files.Count / await context.SecondsAsync(() => FolderIngest.RunAsync(client, corpus, ct));
        await CaughtUpAsync(context, node, ct);
        context.Say($"full rate while both mirrors pull: {full:N0} records/s, {fullFiles:N0} files/s");
        await context.SettleAsync(ct);
        var small = await LagsAsync(context, node, client, SmallDrafts(full / 2), full / 2, ct);
        await context.SettleAsync(ct);
        var files = await LagsAsync(context, node, client, corpus.Files.Select(FolderIngest.Draft), fullFiles / 2, ct);
        return new GoalResult(
            [
                Bar("1 KiB records, p99", Statistics.Quantile(small, 0.99)),
                Bar("1 KiB records, longest", small.Max()),
                Bar("corpus A, p99", Statistics.Quantile(files, 0.99)),
                Bar("corpus A, longest", files.Max()),
            ],
            [
                new Absolute("1 KiB records, full rate while both mirrors pull", full, "records/s"),
                new Absolute("corpus A, full rate while both mirrors pull", fullFiles, "files/s"),
                new Absolute("1 KiB records, median lag", Statistics.Median(small), "s"),
                new Absolute("corpus A, median lag", Statistics.Median(files), "s"),
            ]);
    }

    private static Figure Bar(string label, double seconds) => new(label, seconds, Sense.AtMost, 2, 1, "s");

    private static IEnumerable<RecordDraft> SmallDrafts(double perSecond) => Enumerable.Range(FirstPaced, (int)(perSecond * Paced.TotalSeconds)).Select(SmallRecords.Draft);

    private static async Task<List<double>> LagsAsync(BenchContext context, BenchNode node, EvidenceClient client, IEnumerable<RecordDraft> drafts, double perSecond, CancellationToken ct)
    {
        var stream = new PacedStream(client, context.Time);
        var filing = stream.RunAsync(drafts, perSecond, ct);
        var watches = await WatchAsync(context, node, () => Wanted(filing, stream), ct);
        var rate = await filing;
        var lags = watches.SelectMany(watch => watch.Lags(stream.Acknowledged)).ToList();
        context.Say($"{rate:N0} of {perSecond:N0} a second, p99 {Statistics.Quantile(lags, 0.99):0.00} s, longest {lags.Max():0.00} s");
        return rate >= 0.95 * perSecond ? lags : throw new NotMeasuredException($"only {rate:f0} of {perSecond:f0} records a second were acknowledged");
    }

    private static ulong Wanted(Task filing, PacedStream stream) => filing.IsCompletedSuccessfully ? stream.Acknowledged.Keys.Max() + 1 : filing.IsCompleted ? 0 : ulong.MaxValue;

    private static async Task CaughtUpAsync(BenchContext context, BenchNode node, CancellationToken ct)
    {
        await using var client = node.Connect();
        var size = (await client.Replication.ListLogsAsync(new V1.ListLogsRequest(), cancellationToken: ct)).Logs.Single(log => log.Own).Size;
        await WatchAsync(context, node, () => size, ct);
    }

    private static async Task<IReadOnlyList<MirrorWatch>> WatchAsync(BenchContext context, BenchNode node, Func<ulong> size, CancellationToken ct) =>
        await Task.WhenAll(node.Mirrors.Select(async mirror =>
        {
            await using var client = mirror.Connect();
            var watch = new MirrorWatch(client, node.Process.Files.Identity.Origin, context.Time);
            await watch.UntilAsync(size, Patience, ct);
            return watch;
        }));
}
