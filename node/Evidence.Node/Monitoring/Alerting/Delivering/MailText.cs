using System.Globalization;
using System.Text;
using Evidence.Core;
using MimeKit;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>One mail on any number of alerts. It stays short: who wants everything asks the node.</summary>
internal static class MailText
{
    private const int MaxAlerts = 100, MaxFindings = 3, MaxSubject = 120;

    internal static MimeMessage Write(IReadOnlyList<Alert> alerts, MailboxAddress from, IReadOnlyList<MailboxAddress> to, string node, string origin, DateTimeOffset now)
    {
        var ordered = alerts.OrderByDescending(alert => alert.IsOpen).ThenByDescending(alert => alert.Weight).ThenBy(alert => alert.Number).ToList();
        var message = new MimeMessage { Date = now, Subject = Subject(ordered, node), Body = new TextPart("plain") { Text = Body(ordered, node, origin) } };
        message.From.Add(from);
        message.To.AddRange(to);
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's holiday notice answers it
        return message;
    }

    private static string Subject(IReadOnlyList<Alert> alerts, string node)
    {
        var first = alerts[0];
        var rest = alerts.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" (+{alerts.Count - 1})");
        var subject = PlainText.Of($"[evidence {node}] {State(first)}{rest}: {first.Message}");
        return subject.Length <= MaxSubject ? subject : subject[..MaxSubject] + "…";
    }

    private static string Body(IReadOnlyList<Alert> alerts, string node, string origin)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"节点 {node}（{origin}）的告警：{alerts.Count} 条，{alerts.Count(alert => alert.IsOpen)} 条未关闭。");
        text.AppendLine(CultureInfo.InvariantCulture, $"Alerts of the node {node} ({origin}): {alerts.Count}, {alerts.Count(alert => alert.IsOpen)} of them open.");
        foreach (var alert in alerts.Take(MaxAlerts)) Add(text.AppendLine(), alert);
        if (alerts.Count > MaxAlerts) text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"… and {alerts.Count - MaxAlerts} more: evidence alerts list");
        return text.AppendLine().AppendLine("确认 Acknowledge: evidence alerts ack ALERT --by NAME --note TEXT").ToString();
    }

    private static void Add(StringBuilder text, Alert alert)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"{alert.Id}  {State(alert)}  {AlertEventJson.Time(alert.Opened)}");
        text.AppendLine(PlainText.Of($"  {(alert.Log.Length == 0 ? "" : $"{alert.Log}: ")}{alert.Message}"));
        foreach (var finding in alert.Findings.Take(MaxFindings)) text.AppendLine(PlainText.Of($"  {finding.Code} {finding.Subject}: {finding.Message}"));
        if (alert.FindingsTotal > MaxFindings) text.AppendLine(CultureInfo.InvariantCulture, $"  {alert.FindingsTotal} findings: evidence alerts show {alert.Id}");
        if (alert.Escalations > 0) text.AppendLine(CultureInfo.InvariantCulture, $"  升级 escalated {alert.Escalations}: nobody has acknowledged it");
        if (alert.Acknowledged is { } by) text.AppendLine(PlainText.Of($"  已确认 acknowledged by {by.By}: {by.Note}"));
        if (!alert.IsOpen) text.AppendLine(PlainText.Of($"  已关闭 closed {AlertEventJson.Time(alert.Closed!.Value)} by {alert.ClosedBy}. {alert.Repair}"));
    }

    private static string State(Alert alert) => (alert.IsOpen, alert.Escalations) switch
    {
        (false, _) => "CLOSED",
        (true, > 0) => "ESCALATED",
        _ => alert.Weight.ToString().ToUpperInvariant(),
    };
}
