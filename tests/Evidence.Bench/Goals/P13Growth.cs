using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;

namespace Evidence.Bench.Goals;

/// <summary>What the millionth record costs, against the first ones.</summary>
internal sealed class P13Growth : IGoal
{
    private const int Batch = 10_000;
    private const int WarmUp = 20_000;
    private const int Pairs = 20; // a batch takes half a second, and what the disk does besides weighs on it
    private const int Starts = 3;

    public string Name => "P13";

    public string Title => "batches of 10,000 records in turn into a node with 1,000,000 and into a fresh one, rate against rate; start-up at 1,000,000";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var million = await context.MillionNodeAsync(ct);
        var starts = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            await million.Node.StopAsync(ct);
            starts.Add(await context.SecondsAsync(() => million.Node.RestartAsync("node with 1,000,000 records", ct)));
        }
        var series = await BatchesAsync(context, million, ct);
        await million.Node.StopAsync(ct);
        return new GoalResult(
            [
                new Figure("rate at 1,000,000 against a fresh node", series[0].RatioTo(series[1]), Sense.AtLeast, 0.9, 0.95),
                new Figure("start-up at 1,000,000", Statistics.Median(starts), Sense.AtMost, 3, 1, "s"),
            ],
            [.. series.Select(s => s.Absolute("1 KiB records"))]);
    }

    private static async Task<IReadOnlyList<Series>> BatchesAsync(BenchContext context, MillionNode million, CancellationToken ct)
    {
        await using var fresh = await BenchNode.StartAsync(context, "batches into a fresh node", ct);
        await using var old = million.Node.Connect();
        await using var young = fresh.Connect();
        var next = 0;
        Task OldAsync(int count) => SmallRecords.StreamAsync(old, (million.Next += count) - count, count, ct);
        Task YoungAsync(int count) => SmallRecords.StreamAsync(young, (next += count) - count, count, ct);
        await OldAsync(WarmUp);
        await YoungAsync(WarmUp);
        await context.SettleAsync(ct);
        return await Interleaving.RunAsync(Math.Max(Pairs, context.Rounds),
        [
            new Side("node with 1,000,000", "records/s", async (_, _) => Batch / await context.SecondsAsync(() => OldAsync(Batch))),
            new Side("fresh node", "records/s", async (_, _) => Batch / await context.SecondsAsync(() => YoungAsync(Batch))),
        ], context.Say, ct);
    }
}
