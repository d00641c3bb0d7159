using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Replication.Possession;

/// <summary>
/// Holds what is proven to the policy of each fonds: an alert opens for one that has fewer proven copies, or in fewer places, and closes when it has enough. What has come only a while
/// ago is not held against anybody: copies take their time.
/// </summary>
internal sealed class PolicyCheck(NodeLogs logs, ReplicaMatrix matrix, FondsVolumes fonds, AlertBook alerts, NodeOptions options, TimeProvider time)
{
    private readonly Queue<(DateTimeOffset Time, IReadOnlyDictionary<uint, long> Lengths)> _seen = [];
    private IReadOnlyDictionary<uint, long>? _due;

    /// <summary>Of whether the policies are kept nothing is known at present.</summary>
    internal const string Unjudged = "replicas-unjudged";

    internal static string Cause(string fonds) => $"replicas-under-policy:{fonds}";

    internal async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await JudgeAsync(ct);
            await alerts.CloseAsync(Unjudged, "a judgement of every policy", "", ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var message = $"Whether there are as many copies as the policies ask for could not be judged: {e.Message} It is tried again; what the alerts of policies say is older.";
            await alerts.OpenAsync(Unjudged, Severity.Error, logs.Own.Origin, message, [], ct);
        }
    }

    private async Task JudgeAsync(CancellationToken ct)
    {
        var policies = options.Replicas.Policies;
        foreach (var gone in alerts.All.Where(alert => alert.IsOpen && alert.Cause.StartsWith(Cause(""), StringComparison.Ordinal) && !policies.Any(policy => Cause(policy.Fonds) == alert.Cause)).ToList())
            await alerts.CloseAsync(gone.Cause, "a configuration without that policy", "", ct);
        if (policies.Count == 0 || Due() is not { } due) return;
        await fonds.RefreshAsync(ct);
        var rows = await matrix.OfAsync(logs.Own, due, ct);
        foreach (var policy in policies) await JudgeAsync(policy, [.. rows.Where(row => fonds.Of(policy.Fonds).Contains(row.Volume))], ct);
    }

    /// <summary>How long each volume was when the grace began that ends now; null while none has ended.</summary>
    private IReadOnlyDictionary<uint, long>? Due()
    {
        var now = time.GetUtcNow();
        _seen.Enqueue((now, logs.Own.Volumes.ToDictionary(volume => volume.Number, volume => volume.DurableLength)));
        while (_seen.TryPeek(out var first) && first.Time + options.Replicas.PolicyGrace <= now) _due = _seen.Dequeue().Lengths;
        return _due;
    }

    private async Task JudgeAsync(ReplicaPolicy policy, List<ReplicaRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0) return; // nothing was judged: an alert that is open stays
        var under = rows.Select(row => (Row: row, Proven: row.Proven(row.Bytes).ToList()))
            .Where(entry => entry.Proven.Count < policy.Copies || Places(entry.Proven) < policy.Places).ToList();
        if (under.Count == 0)
        {
            await alerts.CloseAsync(Cause(policy.Fonds), $"proofs of possession: {policy.Copies} copies in {policy.Places} places", "", ct);
            return;
        }

        var name = policy.Fonds == ReplicaPolicy.Every ? "Every fonds without a policy of its own" : $"The fonds {policy.Fonds}";
        var message = $"{name} is to have {policy.Copies} proven copies in {policy.Places} places, and {under.Count} of the {rows.Count} volumes that hold it have fewer: at worst {under.Min(entry => entry.Proven.Count)} copies in {under.Min(entry => Places(entry.Proven))} places. See `evidence replicas`.";
        await alerts.OpenAsync(Cause(policy.Fonds), Severity.Error, logs.Own.Origin, message, [.. under.Select(entry => FindingOf(policy, entry.Row, entry.Proven))], ct);
    }

    private static Finding FindingOf(ReplicaPolicy policy, ReplicaRow row, List<ReplicaCell> proven) => new(
        FindingCodes.ReplicasTooFew, Severity.Error, Layer.Storage, $"volume {row.Volume}", "Fewer copies are proven than the policy asks for.",
        $"{policy.Copies} copies in {policy.Places} places", $"{proven.Count} in {Places(proven)}: {string.Join(", ", proven.Select(cell => cell.Place.Length == 0 ? cell.Node : $"{cell.Node} ({cell.Place})"))}");

    // Nobody knows whether a node that names no place stands beside another.
    private static int Places(List<ReplicaCell> proven) => Math.Max(Math.Min(1, proven.Count), proven.Select(cell => cell.Place).Where(place => place.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Count());
}
