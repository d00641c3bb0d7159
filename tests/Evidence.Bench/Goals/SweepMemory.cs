using Evidence.Bench.Nodes;
using Evidence.V1;

namespace Evidence.Bench.Goals;

/// <summary>The memory of a node that does nothing but sweep a million records.</summary>
internal sealed class SweepMemory : IGoal
{
    private const int Sweeps = 3;
    private const double Million = 1e6;

    public string Name => "MEMORY-SWEEP";

    public string Title => "peak memory of a node (VmHWM) that was started anew and sweeps 1,000,000 records of 1 KiB three times";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var node = (await context.MillionNodeAsync(ct)).Node;
        await node.RestartAsync("sweeps of 1,000,000 records", ct);
        var seconds = await SweepAsync(context, node, ct);
        await node.StopAsync(ct);
        return new GoalResult(
            [new Figure("", context.NodeRuns[^1].PeakBytes / Million, Sense.AtMost, 200, 150, "MB")],
            [new Absolute("a sweep of 1,000,000 records of 1 KiB", seconds, "s")]);
    }

    private static async Task<double> SweepAsync(BenchContext context, BenchNode node, CancellationToken ct)
    {
        await using var client = node.Connect();
        var seconds = 0.0;
        for (var i = 0; i < Sweeps; i++)
        {
            seconds = await context.SecondsAsync(async () =>
            {
                var sweep = await SweepCall.RunAsync(client, ct);
                if (sweep.Outcome != Outcome.Intact || sweep.RecordsChecked < MillionNode.Records) throw new NotMeasuredException($"a sweep did not find everything in order: {sweep.Outcome}, {sweep.RecordsChecked} records");
            });
        }

        return seconds;
    }
}
