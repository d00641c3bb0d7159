using Evidence.Bench.Corpora;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Client;

namespace Evidence.Bench.Goals;

/// <summary>What a record takes on the disk beyond its content: headers, metadata, seal, log, index, proofs of anchors.</summary>
internal sealed class P12DiskSpace : IGoal
{
    private const int Unsigned = 50_000;
    private const int Signed = 5_000;
    private const double Kilo = 1000;

    public string Name => "P12";

    public string Title => "bytes on disk beyond the content: a record of 1 KiB; one with signature and certificates, beyond all three; corpus A";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var corpus = await context.CorpusAsync(CorpusPlan.A, ct);
        using var signed = new SignedRecords(context.Time);
        var small = await BeyondAsync(context, "disk space of 1 KiB records", null, async client =>
        {
            await SmallRecords.StreamAsync(client, 0, Unsigned, ct);
            return (long)Unsigned * SmallRecords.Size;
        }, ct);
        var withSignature = await BeyondAsync(context, "disk space of signed 1 KiB records", signed.RootPem, client => signed.FileAsync(client, Signed, ct), ct);
        var documents = await BeyondAsync(context, "disk space of corpus A", null, async client =>
        {
            await FolderIngest.RunAsync(client, corpus, ct);
            return corpus.Bytes;
        }, ct);
        return new GoalResult(
            [
                new Figure("1 KiB record, unsigned", small / Kilo / Unsigned, Sense.AtMost, 5, 4, "KB"),
                new Figure("1 KiB record, signed", withSignature / Kilo / Signed, Sense.AtMost, 8, 6.5, "KB"),
                new Figure("corpus A, unsigned", 100.0 * documents / corpus.Bytes, Sense.AtMost, 7, 5.5, "%"),
            ], []);
    }

    /// <summary>Bytes on disk beyond those that were sent, after the node was stopped in order.</summary>
    private static async Task<double> BeyondAsync(BenchContext context, string purpose, string? roots, Func<EvidenceClient, Task<long>> fill, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, purpose, ct, roots);
        await using var client = node.Connect();
        var sent = await fill(client);
        await node.StopAsync(ct);
        return await DiskUse.OfAsync(node.Data, ct) - sent;
    }
}
