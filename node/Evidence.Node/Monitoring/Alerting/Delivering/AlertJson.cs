using System.Text.Json.Nodes;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>An alert as receivers get it: the same members as `evidence alerts --json` prints.</summary>
internal static class AlertJson
{
    internal static JsonObject Of(Alert alert) => new()
    {
        ["alert"] = alert.Id,
        ["state"] = alert.IsOpen ? "open" : "closed",
        ["severity"] = SeverityOf(alert),
        ["cause"] = alert.Cause,
        ["log"] = alert.Log,
        ["message"] = alert.Message,
        ["opened"] = AlertEventJson.Time(alert.Opened),
        ["closed"] = alert.Closed is { } closed ? AlertEventJson.Time(closed) : null,
        ["closedBy"] = alert.IsOpen ? null : alert.ClosedBy,
        ["repair"] = alert.Repair.Length == 0 ? null : alert.Repair,
        ["acknowledged"] = alert.Acknowledged is { } by ? new JsonObject { ["by"] = by.By, ["note"] = by.Note, ["at"] = AlertEventJson.Time(by.At) } : null,
        ["awaitsApproval"] = alert.AwaitsApproval,
        ["approved"] = alert.Approved is { } approved ? new JsonObject { ["by"] = approved.By, ["note"] = approved.Note, ["at"] = AlertEventJson.Time(approved.At) } : null,
        ["escalations"] = alert.Escalations,
        ["escalated"] = alert.Escalated is { } escalated ? AlertEventJson.Time(escalated) : null,
        ["findingsTotal"] = alert.FindingsTotal,
        ["findings"] = FindingJson.Of(alert.Findings),
    };

    internal static string SeverityOf(Alert alert) => alert.Weight.ToString().ToLowerInvariant();
}
