using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>Alerts for programs and for people.</summary>
internal static class AlertView
{
    internal static JsonObject ToJson(Alert alert) => new()
    {
        ["alert"] = alert.Alert_,
        ["state"] = State(alert),
        ["severity"] = alert.Severity.ToString().ToLowerInvariant(),
        ["cause"] = alert.Cause,
        ["log"] = alert.Log,
        ["message"] = alert.Message,
        ["opened"] = JsonText.Time(alert.OpenedUnixMs),
        ["closed"] = JsonText.Time(alert.ClosedUnixMs),
        ["closedBy"] = alert.ClosedBy.Length == 0 ? null : alert.ClosedBy,
        ["repair"] = alert.Repair.Length == 0 ? null : alert.Repair,
        ["acknowledged"] = Who(alert.Acknowledged),
        ["awaitsApproval"] = alert.AwaitsApproval,
        ["approved"] = Who(alert.Approved),
        ["escalations"] = alert.Escalations,
        ["escalated"] = JsonText.Time(alert.EscalatedUnixMs),
        ["findingsTotal"] = alert.FindingsTotal,
        ["findings"] = JsonText.Array(alert.Findings.Select(FindingView.ToJson)),
    };

    internal static void Show(IAnsiConsole console, Alert alert)
    {
        console.WriteLine($"{JsonText.Time(alert.OpenedUnixMs)} {State(alert).ToUpperInvariant()} {alert.Alert_} {Core.PlainText.Of($"{alert.Log}: {alert.Message}")}");
        foreach (var finding in alert.Findings) FindingView.Show(console, finding);
        if (alert.Findings.Count < alert.FindingsTotal) console.WriteLine($"  {alert.Findings.Count} of {alert.FindingsTotal} findings; `evidence alerts show {alert.Alert_} --findings 0` lists all that are kept");
        if (alert.Escalations > 0) console.WriteLine($"  escalated {alert.Escalations} times, last {JsonText.Time(alert.EscalatedUnixMs)}: nobody had acknowledged it");
        if (alert.Acknowledged is { } by) console.WriteLine($"  acknowledged {JsonText.Time(by.AtUnixMs)} by {Core.PlainText.Of($"{by.By}: {by.Note}")}");
        if (alert.Approved is { } approved) console.WriteLine($"  repair approved {JsonText.Time(approved.AtUnixMs)} by {Core.PlainText.Of($"{approved.By}: {approved.Note}")}");
        if (alert.Repair.Length > 0) console.WriteLine($"  repair: {Core.PlainText.Of(alert.Repair)}");
        if (alert.ClosedUnixMs != 0) console.WriteLine($"  closed {JsonText.Time(alert.ClosedUnixMs)} by {Core.PlainText.Of(alert.ClosedBy)}");
    }

    private static JsonObject? Who(Acknowledgement? by) => by is null ? null : new JsonObject { ["by"] = by.By, ["note"] = by.Note, ["at"] = JsonText.Time(by.AtUnixMs) };

    internal static void Sum(IAnsiConsole console, IReadOnlyList<Alert> alerts) =>
        console.WriteLine($"{alerts.Count} alerts, {alerts.Count(a => a.State == AlertState.Open)} open, {alerts.Count(a => a.State == AlertState.Open && a.Acknowledged is null)} of them acknowledged by nobody");

    private static string State(Alert alert) => alert.State.ToString().ToLowerInvariant();
}
