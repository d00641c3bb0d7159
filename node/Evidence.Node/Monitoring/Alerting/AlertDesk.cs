using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Node.Events;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Repairing;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>Opens one alert for the faults of a cause, however many a sweep finds, and closes it when a check finds none of them any more.</summary>
internal sealed class AlertDesk(AlertBook alerts, SweepBook sweeps, EventJournal events, bool repairsNeedApproval)
{
    private readonly Dictionary<string, RepairTally> _repairs = [];

    /// <summary>
    /// Opens the alerts that are not open yet. What the repair of an earlier sweep found stays in the others until the sweep has ended, unless repairs need approval and more was found than anybody can
    /// have approved: what stood in the alert.
    /// </summary>
    internal async Task OpenAsync(IEnumerable<Fault> faults, CancellationToken ct)
    {
        foreach (var group in Group(faults))
        {
            if (alerts.FindOpen(group.Key) is not { } open) await alerts.StateAsync(Statement(group.Key, [.. group], null), ct);
            else if (repairsNeedApproval && !Covers(open, group)) await alerts.StateAsync(Statement(group.Key, [.. group], null) with { EndsApproval = true, AwaitsApproval = true }, ct);
        }
    }

    /// <summary>Whether an alert says all that was found now. One with more findings than are kept says their number.</summary>
    private bool Covers(Alert alert, IEnumerable<Fault> faults)
    {
        var found = faults.SelectMany(static fault => fault.Findings).Select(KeyOf).ToHashSet();
        if (alert.FindingsTotal > FindingsFolder.MaxFindings) return found.Count <= alert.FindingsTotal;
        try
        {
            return found.IsSubsetOf(alerts.ReadFindings(alert, 0, FindingsFolder.MaxFindings).Findings.Select(KeyOf));
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            return false; // nobody can say any more what was shown
        }
    }

    private static (string, string, string?, string?) KeyOf(Finding finding) => (finding.Code, finding.Subject, finding.Expected, finding.Actual);

    /// <summary>Why a fault may not be repaired now; null: it may. Somebody who approves does so for what its alert says, until that closes.</summary>
    internal RepairResult? FindObjection(Fault fault)
    {
        if (!repairsNeedApproval || alerts.FindOpen(fault.Alert) is not { Approved: null } alert) return null;
        return RepairResult.Waiting($"The repair waits for approval: evidence repairs approve {alert.Id} --by NAME");
    }

    /// <summary>Says in the alerts what stands at the end of a sweep, and why it was not repaired.</summary>
    internal async Task StateAsync(IEnumerable<Fault> faults, IReadOnlyDictionary<string, RepairResult> failed, CancellationToken ct)
    {
        foreach (var group in Group(faults)) await alerts.StateAsync(Statement(group.Key, [.. group], failed), ct);
    }

    /// <summary>Counts the repairs that held, and closes the alerts of a log whose scope was checked and of whose faults none is there any more.</summary>
    internal async Task CloseAsync(LogSweep pass, IReadOnlySet<Scope> completed, SweepProgress progress, Dictionary<string, MendedFault> repaired, CancellationToken ct)
    {
        foreach (var (cause, mended) in repaired.Where(entry => entry.Value.Fault.Log == pass.Origin).ToList())
        {
            if (Causes.ScopeOf(cause) is not { } scope || !completed.Contains(scope)) continue;
            repaired.Remove(cause);
            progress.Repaired();
            TallyOf(mended.Fault.Alert).Add(mended.Text);
        }
        var standing = pass.Faults.Select(fault => fault.Alert).ToHashSet();
        foreach (var alert in alerts.All.Where(alert => alert.IsOpen && alert.Log == pass.Origin && !standing.Contains(alert.Cause)))
        {
            if (Causes.ScopeOf(alert.Cause) is not { } scope || !completed.Contains(scope)) continue;
            await alerts.CloseAsync(alert.Cause, progress.State.Id, _repairs.GetValueOrDefault(alert.Cause)?.ToString() ?? "", ct);
        }
    }

    /// <summary>Checks the monitor's own journals and writes a damaged one anew from memory.</summary>
    internal async Task<IReadOnlyList<Finding>> CheckJournalsAsync(CancellationToken ct)
    {
        var all = new List<Finding>();
        foreach (var journal in new[] { alerts.Journal, sweeps.Journal })
        {
            if (journal.Check() is not { Count: > 0 } findings) continue;
            // Mended first: the alert itself may have to be written to this very journal.
            await journal.RewriteAsync(JournalAlerts.Describe(journal.Path, findings), ct);
            await alerts.StateAsync(JournalAlerts.WhileRunning(journal.Path, findings), ct);
            all.AddRange(findings);
        }

        if (events.Check() is not { Count: > 0 } damage) return all;
        await alerts.StateAsync(JournalAlerts.WhileRunning(events.Path, damage), ct);
        await events.MendAsync(damage, ct);
        return [.. all, .. damage];
    }

    /// <summary>Closes the alerts about journals that are in order now. At the end of a sweep of everything: what the lost lines said of faults that stand was found anew by it.</summary>
    internal async Task CloseJournalsAsync(string sweep, CancellationToken ct)
    {
        var damaged = new[] { (alerts.Journal.Path, Count: alerts.Journal.Check().Count), (sweeps.Journal.Path, sweeps.Journal.Check().Count), (events.Path, events.Check().Count) }
            .Where(static journal => journal.Count > 0).Select(static journal => JournalAlerts.CauseOf(journal.Path)).ToHashSet();
        foreach (var alert in alerts.All.Where(alert => alert.IsOpen && Causes.ScopeOf(alert.Cause) == Scope.Journals && !damaged.Contains(alert.Cause)))
            await alerts.CloseAsync(alert.Cause, sweep, "The file was written anew, and the damaged one is kept.", ct);
    }

    private static IEnumerable<IGrouping<string, Fault>> Group(IEnumerable<Fault> faults) => faults.GroupBy(fault => fault.Alert);

    private static AlertStatement Statement(string cause, IReadOnlyList<Fault> faults, IReadOnlyDictionary<string, RepairResult>? failed)
    {
        List<RepairResult> results = failed is null ? [] : faults.Select(fault => failed.GetValueOrDefault(fault.Cause)).OfType<RepairResult>().ToList();
        var findings = faults.SelectMany(fault => fault.Findings).Concat(results.SelectMany(result => result.Findings));
        return new AlertStatement(cause, faults.Max(fault => fault.Severity), faults[0].Log, Message(faults) + Explanation(faults.Count, results), [.. findings])
        {
            IsNews = true,
            AwaitsApproval = results.Exists(result => result.IsWaiting),
        };
    }

    private static string Message(IReadOnlyList<Fault> faults) => faults.Count == 1
        ? faults[0].Message
        : string.Create(CultureInfo.InvariantCulture, $"{faults.Count:N0} faults of this kind were found in '{faults[0].Log}'. The first: {faults[0].Message}");

    private static string Explanation(int faults, IReadOnlyList<RepairResult> results) => (faults, results.Count) switch
    {
        (_, 0) => "",
        (1, _) => $" {results[0].Text}",
        _ => string.Create(CultureInfo.InvariantCulture, $" {results.Count:N0} of them {(results[0].IsWaiting ? "were not repaired" : "could not be repaired")}. The first: {results[0].Text}"),
    };

    private RepairTally TallyOf(string alert) => _repairs.TryGetValue(alert, out var tally) ? tally : _repairs[alert] = new RepairTally();

    /// <summary>What was repaired of the faults of one alert.</summary>
    private sealed class RepairTally
    {
        private string _first = "";
        private int _count;

        internal void Add(string text)
        {
            if (_count++ == 0) _first = text;
        }

        public override string ToString() =>
            _count == 1 ? _first : string.Create(CultureInfo.InvariantCulture, $"{_count:N0} faults were repaired. The first: {_first}");
    }
}
