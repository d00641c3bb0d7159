using Evidence.Bench.Load;
using Evidence.Bench.Nodes;
using Evidence.Client;
using Evidence.Network;
using Evidence.V1;

namespace Evidence.Bench.Goals;

/// <summary>What becomes of a thousand damaged records among a hundred thousand, over three nodes that mirror each other.</summary>
internal sealed class DamageInMany : IGoal
{
    private const int Records = 100_000, Every = 100, Damaged = Records / Every;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), Poll = TimeSpan.FromMilliseconds(500);

    public string Name => "DAMAGE";

    public string Title => "1,000 damaged records among 100,000, three nodes: found and repaired in one sweep, with one alert for their one cause";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        context.RemoveDiscarded();
        var options = new LocalNetworkOptions { Folder = context.FreshPath("network"), RequireSignature = false };
        await using var network = await LocalNetwork.StartAsync(options, context.Time, ct);
        await using var client = network.Nodes[0].Connect();
        await SmallRecords.StreamAsync(client, 0, Records, ct);
        await WaitForCopiesAsync(context, client, ct);
        context.Say($"{Records:N0} records are anchored and mirrored");
        var sound = await SweepAsync(context, client, ct);
        if (sound.Sweep.Outcome != Outcome.Intact || sound.Sweep.FindingsTotal > 0) throw new NotMeasuredException($"the records were not in order before they were damaged: {sound.Sweep}");
        var damaged = DamagedRecords.FlipInEvery(VolumesOf(network.Nodes[0]), Every);
        if (damaged != Damaged) throw new NotMeasuredException($"{damaged} records were damaged instead of {Damaged}");
        var (sweep, seconds) = await SweepAsync(context, client, ct);
        context.Say($"{sweep.Outcome}: {sweep.RecordsDamaged} damaged, {sweep.FindingsTotal} findings, {sweep.Repaired} faults repaired, {seconds:0.0} s");
        var alerts = await client.Monitor.ListAlertsAsync(new ListAlertsRequest { PageSize = 100 }, cancellationToken: ct);
        var after = await SweepAsync(context, client, ct);
        var isWhole = after.Sweep is { Outcome: Outcome.Intact, FindingsTotal: 0 } && after.Sweep.RecordsChecked >= Records;
        context.Discard(network.Folder);
        return new GoalResult(
            [
                new Figure("detected", sweep.RecordsDamaged, Sense.AtLeast, Damaged, Damaged),
                new Figure("repaired", isWhole ? sweep.Repaired : 0, Sense.AtLeast, Damaged, Damaged),
                new Figure("alerts for their cause", alerts.Alerts.Count(alert => alert.Cause.StartsWith("volume-damaged", StringComparison.Ordinal)), Sense.AtMost, 1, 1),
                new Figure("alerts still open", alerts.Alerts.Count(alert => alert.State == AlertState.Open), Sense.AtMost, 0, 0),
            ],
            [
                new Absolute("the sweep that finds and repairs", seconds, "s"),
                new Absolute("a sweep with nothing to find", sound.Seconds, "s"),
            ]);
    }

    private static async Task WaitForCopiesAsync(BenchContext context, EvidenceClient client, CancellationToken ct)
    {
        var last = "";
        await foreach (var record in client.ListRecordsAsync("", ct)) last = record.Record_;
        var started = context.Time.GetTimestamp();
        while ((await client.VerifyRecordAsync(last, ct)).Whole != Core.Verification.Outcome.Intact) // anchored, and cosigned by all who mirror it
        {
            if (context.Time.GetElapsedTime(started) > Patience) throw new NotMeasuredException("the records were not mirrored in time");
            await Task.Delay(Poll, context.Time, ct);
        }
    }

    private static async Task<(Sweep Sweep, double Seconds)> SweepAsync(BenchContext context, EvidenceClient client, CancellationToken ct)
    {
        var sweep = new Sweep();
        var seconds = await context.SecondsAsync(async () => sweep = await SweepCall.RunAsync(client, ct));
        return (sweep, seconds);
    }

    private static IReadOnlyList<string> VolumesOf(NodeProcess node) =>
        [.. Directory.GetFiles(Path.Combine(node.Files.OwnLog, "volumes")).Order(StringComparer.Ordinal)];
}
