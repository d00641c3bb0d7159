using System.Security.Cryptography;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Client;
using Evidence.V1;

namespace Evidence.Bench.Goals;

/// <summary>How near a large upload comes to the slower of disk and SHA-256, and what small records beside it feel of it.</summary>
internal sealed class LargeUpload : IGoal
{
    private const double Mega = 1e6;
    private const string Purpose = "uploads of 3 GB";
    private static readonly TimeSpan AloneFor = TimeSpan.FromSeconds(5);

    public string Name => "LARGE";

    public string Title => "an upload of 3 GB against the lower of sequential write with fsync and SHA-256 on one core; p99 of 1 KiB records beside it against alone";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var (alone, beside, besideRates) = (new List<double>(), new List<double>(), new List<double>());
        BenchNode? node = null;
        try
        {
            var rates = await Interleaving.RunAsync(context.Rounds,
            [
                new Side("write and fsync", "MB/s", (_, token) => WriteAsync(context, token)),
                new Side("SHA-256", "MB/s", (_, _) => HashAsync(context)),
                new Side("upload alone", "MB/s", async (_, token) =>
                {
                    if (node is not null) await node.DisposeAsync(); // each round has a node of its own, so that no more than two uploads lie on the disk
                    node = await StartAsync(context, token);
                    await context.SettleAsync(ct);
                    return await UploadAsync(context, node, token);
                }),
                new Side("1 KiB records alone, p99", "ms", (_, token) => LatencyAsync(context, node!, Task.Delay(AloneFor, context.Time, token), alone, token)),
                new Side("1 KiB records beside it, p99", "ms", (_, token) => BesideAsync(context, node!, beside, besideRates, token)),
            ], context.Say, ct);
            await node!.StopAsync(ct);
            return Result(context, rates, alone, beside, besideRates);
        }
        finally
        {
            if (node is not null) await node.DisposeAsync();
        }
    }

    private static GoalResult Result(BenchContext context, IReadOnlyList<Series> rates, List<double> alone, List<double> beside, List<double> besideRates)
    {
        double[] lower = [.. rates[0].Values.Zip(rates[1].Values, Math.Min)];
        return new GoalResult(
            [
                new Figure("rate", Statistics.MedianRatio(rates[2].Values, lower), Sense.AtLeast, 0.7, 0.9),
                new Figure("p99 of small records", rates[4].RatioTo(rates[3]), Sense.AtMost, 1.5, 1.25),
                new Figure("peak memory", context.NodeRuns.Where(r => r.Purpose == Purpose).Max(r => r.PeakBytes) / Mega, Sense.AtMost, 500, 300, "MB"),
            ],
            [
                .. rates.Select(r => r.Absolute("3 GB")),
                new Absolute("1 KiB records alone: p50", Statistics.Median(alone), "ms"),
                new Absolute("1 KiB records beside 3 GB: p50", Statistics.Median(beside), "ms"),
                new Absolute("3 GB beside 1 KiB records", Statistics.Median(besideRates), "MB/s"),
            ]);
    }

    private static async Task<BenchNode> StartAsync(BenchContext context, CancellationToken ct)
    {
        var node = await BenchNode.StartAsync(context, Purpose, ct);
        await LatencyAsync(context, node, Task.Delay(AloneFor, context.Time, ct), [], ct); // until the code is compiled
        return node;
    }

    private static async Task<double> UploadAsync(BenchContext context, BenchNode node, CancellationToken ct)
    {
        await using var client = node.Connect();
        var draft = new RecordDraft("bench", new Description(), [new DraftPart(PartRole.Content, [], "", 0, "", () => new LargeContent(), LargeContent.Size)]);
        return LargeContent.Size / Mega / await context.SecondsAsync(async () => await client.SendUploadAsync(await client.CreateUploadAsync(draft, ct), draft, null, ct));
    }

    // What is measured begins with the upload and ends with it: a time without it would hide what it does.
    private static async Task<double> BesideAsync(BenchContext context, BenchNode node, List<double> medians, List<double> rates, CancellationToken ct)
    {
        await context.SettleAsync(ct);
        var upload = UploadAsync(context, node, ct);
        var p99 = await LatencyAsync(context, node, upload, medians, ct);
        rates.Add(await upload);
        return p99;
    }

    private static async Task<double> LatencyAsync(BenchContext context, BenchNode node, Task until, List<double> medians, CancellationToken ct)
    {
        await using var client = node.Connect();
        var times = await new PacedRecords(client, context.Time).RunAsync(until, ct);
        medians.Add(Statistics.Median(times));
        return Statistics.Quantile(times, 0.99);
    }

    private static async Task<double> WriteAsync(BenchContext context, CancellationToken ct)
    {
        var path = Path.Combine(context.FreshFolder("write"), "3GB");
        await context.SettleAsync(ct);
        try
        {
            return LargeContent.Size / Mega / await context.SecondsAsync(() => Task.Run(() => Write(path), ct));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Write(string path)
    {
        using var content = new LargeContent();
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        content.CopyTo(file, 1 << 20);
        file.Flush(flushToDisk: true);
    }

    private static async Task<double> HashAsync(BenchContext context)
    {
        using var content = new LargeContent();
        return LargeContent.Size / Mega / await context.SecondsAsync(() => Task.Run(() => SHA256.HashData(content)));
    }
}
