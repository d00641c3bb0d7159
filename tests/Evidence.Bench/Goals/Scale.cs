using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.V1;

namespace Evidence.Bench.Goals;

/// <summary>How a node does that holds a million records. Most of it is held to a bar by other goals; this is the whole picture.</summary>
internal sealed class Scale : IGoal
{
    private const int Proofs = 5_000;
    private const int Seed = 1;
    private const double Million = 1e6;

    public string Name => "SCALE";

    public string Title => "1,000,000 records of 1 KiB: rate at the start and at the end, start-up, disk, index, memory, proofs over gRPC";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var million = await context.MillionNodeAsync(ct);
        var node = million.Node;
        var filling = context.NodeRuns[^1];
        var start = await context.SecondsAsync(() => node.RestartAsync("proofs at 1,000,000 records", ct));
        var proofs = await ProofsAsync(context, node, ct);
        await node.StopAsync(ct);
        var serving = context.NodeRuns[^1];
        return new GoalResult([],
        [
            new("ingest over one stream, the first 100,000", million.Rates[0], "records/s"),
            new("ingest over one stream, the last 100,000", million.Rates[^1], "records/s"),
            new("node's processor time for a record", filling.CpuSeconds * Million / MillionNode.Records, "us"),
            new("start-up with 1,000,000 records, page cache warm", start, "s"),
            new("data folder", await DiskUse.OfAsync(node.Data, ct) / Million, "MB"),
            new("of it index (LevelDB)", await DiskUse.OfAsync(Path.Combine(node.Process.Files.OwnLog, "index"), ct) / Million, "MB"),
            new("of it tiles and entry bundles", await DiskUse.OfAsync(Path.Combine(node.Process.Files.OwnLog, "tile"), ct) / Million, "MB"),
            new("peak memory while filling", filling.PeakBytes / Million, "MB"),
            new("peak memory after the start, while giving proofs", serving.PeakBytes / Million, "MB"),
            new("inclusion proof over gRPC, p50", Statistics.Quantile(proofs, 0.5), "ms"),
            new("inclusion proof over gRPC, p99", Statistics.Quantile(proofs, 0.99), "ms"),
        ]);
    }

    private static async Task<IReadOnlyList<double>> ProofsAsync(BenchContext context, BenchNode node, CancellationToken ct)
    {
        await using var client = node.Connect();
        var leaves = new Random(Seed);
        var times = new List<double>();
        for (var i = 0; i < Proofs; i++)
        {
            var request = new GetInclusionProofRequest { Leaf = (ulong)leaves.Next(MillionNode.Records) };
            times.Add(1000 * await context.SecondsAsync(() => client.Audit.GetInclusionProofAsync(request, cancellationToken: ct).ResponseAsync));
        }
        return times;
    }
}
