using System.Runtime.CompilerServices;
using Evidence.Bench.Load;
using Evidence.Bench.Nodes;
using Evidence.Client;

namespace Evidence.Bench.Goals;

/// <summary>What a stream of records costs the chain, with the node's own settings, and how long a record waits for its anchor.</summary>
internal sealed class P11ChainTransactions : IGoal
{
    private const int Records = 100_000;
    private const int PerSecond = 2_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Name => "P11";

    public string Title => "chain transactions for 100,000 records at 2,000 a second; the longest wait of a record for its anchor";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, "2,000 records a second", ct, anchorEverySeconds: null);
        await using var client = node.Connect();
        var before = await node.TransactionsAsync(ct);
        var acknowledged = new double[Records]; // by leaf, in seconds
        var started = context.Time.GetTimestamp();
        var anchoring = LongestWaitAsync(context, client, started, acknowledged, ct);
        await foreach (var outcome in client.ArchiveManyAsync(DraftsAsync(context.Time, ct), ct))
        {
            if (outcome.Receipt is not { } receipt) throw new NotMeasuredException($"a record was refused: {outcome.Failure!.Message}", outcome.Failure);
            Volatile.Write(ref acknowledged[receipt.Leaf], context.Time.GetElapsedTime(started).TotalSeconds);
        }

        var rate = Records / context.Time.GetElapsedTime(started).TotalSeconds;
        var longest = await anchoring;
        if (rate < 0.95 * PerSecond) throw new NotMeasuredException($"only {rate:f0} records a second were acknowledged");
        return new GoalResult(
            [
                new Figure("transactions", await node.TransactionsAsync(ct) - before, Sense.AtMost, 20, 5),
                new Figure("longest wait", longest, Sense.AtMost, 60, 60, "s"),
            ],
            [new Absolute("records acknowledged", rate, "records/s")]);
    }

    // So many in each tick that the rate holds also where a tick comes late.
    private static async IAsyncEnumerable<RecordDraft> DraftsAsync(TimeProvider time, [EnumeratorCancellation] CancellationToken ct)
    {
        var started = time.GetTimestamp();
        for (var next = 0; next < Records; await Task.Delay(Tick, time, ct))
            for (var due = Math.Min(Records, time.GetElapsedTime(started).TotalSeconds * PerSecond); next < due; next++) yield return SmallRecords.Draft(next);
    }

    // What counts is when the node itself shows the anchor with its proof: later than the block.
    private static async Task<double> LongestWaitAsync(BenchContext context, EvidenceClient client, long started, double[] acknowledged, CancellationToken ct)
    {
        var (covered, longest) = (0, 0.0);
        while (covered < Records)
        {
            await Task.Delay(Look, context.Time, ct);
            var now = context.Time.GetElapsedTime(started);
            if (now > Patience) throw new NotMeasuredException($"only {covered} of {Records} records were anchored after {Patience.TotalMinutes} minutes");
            var size = await client.ListAnchorsAsync("", ct).Select(anchor => anchor.Size).FirstOrDefaultAsync(ct);
            for (; covered < (int)size; covered++)
                if (Volatile.Read(ref acknowledged[covered]) is > 0 and var at) longest = Math.Max(longest, now.TotalSeconds - at);
        }

        return longest;
    }
}
