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
        ["findings"] = JsonText.Array(alert.Findings.Select(FindingView.ToJson)),
    };

    internal static void Show(IAnsiConsole console, Alert alert)
    {
        console.WriteLine($"{JsonText.Time(alert.OpenedUnixMs)} {State(alert).ToUpperInvariant()} {Core.PlainText.Of($"{alert.Log}: {alert.Message}")}");
        foreach (var finding in alert.Findings) FindingView.Show(console, finding);
        if (alert.Repair.Length > 0) console.WriteLine($"  repair: {Core.PlainText.Of(alert.Repair)}");
        if (alert.ClosedUnixMs != 0) console.WriteLine($"  closed {JsonText.Time(alert.ClosedUnixMs)} by {Core.PlainText.Of(alert.ClosedBy)}");
    }

    private static string State(Alert alert) => alert.State.ToString().ToLowerInvariant();
}
