using Evidence.Bench.Measuring;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Bench.Goals;

/// <summary>Proofs out of tile files.</summary>
internal sealed class P09InclusionProof : IGoal
{
    private const int Proofs = 20_000;
    private const int Seed = 9;

    public string Name => "P9";

    public string Title => "inclusion proof for a random leaf of 1,000,000, no tile cached in the process, p99";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var million = await context.MillionNodeAsync(ct);
        var files = million.Node.Process.Files;
        await using var log = await LogStore.OpenAsync(
            files.OwnLog, files.Identity.Origin, new LogKeyHistory(VerifierKey.Parse(files.Identity.LogKey)), new LogStoreOptions(), context.Time, NullLogger.Instance, ct);
        var leaves = new Random(Seed);
        var times = Enumerable.Range(0, Proofs).Select(_ => Milliseconds(context.Time, log, (ulong)leaves.NextInt64((long)log.Size))).ToList();
        return new GoalResult(
            [new Figure("", Statistics.Quantile(times, 0.99), Sense.AtMost, 1, 0.2, "ms")],
            [new Absolute("inclusion proof, p50", Statistics.Quantile(times, 0.5), "ms"), new Absolute("inclusion proof, slowest of 20,000", times.Max(), "ms")]);
    }

    // A new source of nodes for each proof: it has no tile in memory.
    private static double Milliseconds(TimeProvider time, LogStore log, ulong leaf)
    {
        var started = time.GetTimestamp();
        var proof = InclusionProof.Make(leaf, log.Size, log.Nodes(log.Size));
        var taken = time.GetElapsedTime(started).TotalMilliseconds;
        if (!InclusionProof.Verify(log.LeafHash(leaf), leaf, log.Size, proof, log.Root)) throw new NotMeasuredException($"the proof of leaf {leaf} is wrong");
        return taken;
    }
}
