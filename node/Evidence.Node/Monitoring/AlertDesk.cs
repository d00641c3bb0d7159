using System.Text.Json.Nodes;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Repairing;

namespace Evidence.Node.Monitoring;

/// <summary>Opens an alert for each fault of a sweep, and closes it when a check passes.</summary>
internal sealed class AlertDesk(AlertBook alerts, SweepBook sweeps)
{
    /// <summary>Opens the alert unless it is open: what the repair of an earlier sweep found stays in it.</summary>
    internal async Task OpenAsync(Fault fault, CancellationToken ct)
    {
        if (alerts.FindOpen(fault.Cause) is null) await alerts.OpenAsync(fault.Cause, fault.Severity, fault.Log, fault.Message, fault.Findings, ct);
    }

    /// <summary>Says in the alert why the fault was not repaired.</summary>
    internal Task ExplainAsync(Fault fault, RepairResult result, CancellationToken ct) =>
        alerts.OpenAsync(fault.Cause, fault.Severity, fault.Log, $"{fault.Message} {result.Text}", [.. fault.Findings, .. result.Findings], ct);

    /// <summary>Closes the alerts of a log whose scope was checked and whose fault is not there any more.</summary>
    internal async Task CloseAsync(
        string log, IReadOnlySet<string> standing, IReadOnlySet<Scope> completed, SweepProgress progress, Dictionary<string, string> repaired, CancellationToken ct)
    {
        foreach (var alert in alerts.All.Where(alert => alert.IsOpen && alert.Log == log && !standing.Contains(alert.Cause)))
        {
            if (Causes.ScopeOf(alert.Cause) is not { } scope || !completed.Contains(scope)) continue;
            if (repaired.Remove(alert.Cause, out var repair)) progress.Repaired();
            await alerts.CloseAsync(alert.Cause, progress.State.Id, repair ?? "", ct);
        }
    }

    /// <summary>Checks the monitor's own journals and writes a damaged one anew from memory.</summary>
    internal async Task<IReadOnlyList<Finding>> CheckJournalsAsync(string sweep, CancellationToken ct)
    {
        var all = new List<Finding>();
        foreach (var journal in new[] { alerts.Journal, sweeps.Journal })
        {
            var findings = journal.Check();
            if (findings.Count > 0) await MendAsync(journal, findings, sweep, ct);
            all.AddRange(findings);
        }
        return all;
    }

    private async Task MendAsync(Journal journal, IReadOnlyList<Finding> findings, string sweep, CancellationToken ct)
    {
        var file = Path.GetFileName(journal.Path);
        var cause = Causes.JournalDamaged(file);
        // Mended first: the alert itself has to be written to this very journal.
        await journal.RewriteAsync(new JsonObject { ["cause"] = cause, ["findings"] = FindingJson.Of(findings) }.ToJsonString(), ct);
        await alerts.OpenAsync(cause, Severity.Error, "", $"The monitor's {file} is damaged: {findings[0].Message}", findings, ct);
        if (journal.Check().Count == 0)
            await alerts.CloseAsync(cause, sweep, $"{file} was written anew from memory; the damaged file is in quarantine.", ct);
    }
}
