using Evidence.Bench.Load;
using Evidence.Bench.Nodes;

namespace Evidence.Bench.Goals;

/// <summary>The most memory that any node of this run had at any moment.</summary>
internal sealed class NodeMemory : IGoal
{
    private const int Records = 100_000;
    private const double Million = 1e6;

    public string Name => "MEMORY";

    public string Title => "peak memory of the node (VmHWM) in every run of one; asked for alone, while 100,000 records of 1 KiB come in";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        if (context.NodeRuns.Count == 0) await RunOneAsync(context, ct);
        var peak = context.NodeRuns.Max(run => run.PeakBytes);
        return new GoalResult([new Figure("", peak / Million, Sense.AtMost, 500, 500, "MB")], []);
    }

    private static async Task RunOneAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, "1 KiB records", ct);
        await using var client = node.Connect();
        await SmallRecords.StreamAsync(client, 0, Records, ct);
        await node.StopAsync(ct);
    }
}
