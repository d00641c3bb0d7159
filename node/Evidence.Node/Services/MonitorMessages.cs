using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Services;

/// <summary>The monitor's data as messages of the wire contract.</summary>
internal static class MonitorMessages
{
    internal static V1.Sweep ToMessage(this SweepState sweep, DateTimeOffset now)
    {
        var message = new V1.Sweep
        {
            Sweep_ = sweep.Id,
            Stage = StageOf(sweep.Stage),
            StartedUnixMs = sweep.Started.ToUnixTimeMilliseconds(),
            EndedUnixMs = sweep.Ended?.ToUnixTimeMilliseconds() ?? 0,
            BytesTotal = sweep.BytesTotal,
            BytesRead = sweep.BytesRead,
            RecordsChecked = sweep.RecordsChecked,
            RecordsDamaged = sweep.RecordsDamaged,
            Repaired = sweep.Repaired,
            FindingsTotal = sweep.FindingsTotal,
            Outcome = OutcomeOf(sweep.Outcome),
            Error = sweep.Error,
            CacheExcluded = sweep.CacheExcluded,
            BytesKept = sweep.BytesKept,
            RecordsKept = sweep.RecordsKept,
            BytesPerSecond = (long)sweep.BytesPerSecond(now),
            SecondsLeft = sweep.HasEnded || sweep.BytesRead == 0 ? 0 : (long)Math.Ceiling(Math.Max(0, sweep.BytesTotal - sweep.BytesRead - sweep.BytesKept) / sweep.BytesPerSecond(now)),
        };
        message.Findings.AddRange(sweep.Findings.Select(ToMessage));
        return message;
    }

    internal static V1.Alert ToMessage(this Alert alert)
    {
        var message = new V1.Alert
        {
            Alert_ = alert.Id,
            State = alert.IsOpen ? V1.AlertState.Open : V1.AlertState.Closed,
            Severity = SeverityOf(alert.Weight),
            Cause = alert.Cause,
            Log = alert.Log,
            Message = alert.Message,
            OpenedUnixMs = alert.Opened.ToUnixTimeMilliseconds(),
            ClosedUnixMs = alert.Closed?.ToUnixTimeMilliseconds() ?? 0,
            ClosedBy = alert.ClosedBy,
            Repair = alert.Repair,
            FindingsTotal = alert.FindingsTotal,
            AwaitsApproval = alert.AwaitsApproval,
            Escalations = alert.Escalations,
            EscalatedUnixMs = alert.Escalated?.ToUnixTimeMilliseconds() ?? 0,
        };
        if (alert.Acknowledged is { } by) message.Acknowledged = by.ToMessage();
        if (alert.Approved is { } approved) message.Approved = approved.ToMessage();
        message.Findings.AddRange(alert.Findings.Select(ToMessage));
        return message;
    }

    private static V1.Acknowledgement ToMessage(this Acknowledgement by) => new() { By = by.By, Note = by.Note, AtUnixMs = by.At.ToUnixTimeMilliseconds() };

    internal static V1.Finding ToMessage(this Core.Verification.Finding finding) => new()
    {
        Code = finding.Code,
        Severity = SeverityOf(finding.Severity),
        Layer = finding.Layer.ToString().ToLowerInvariant(),
        Subject = finding.Subject,
        Message = finding.Message,
        Expected = finding.Expected ?? "",
        Actual = finding.Actual ?? "",
    };

    private static V1.SweepStage StageOf(SweepStage stage) => stage switch
    {
        SweepStage.Scan => V1.SweepStage.Scan,
        SweepStage.Compare => V1.SweepStage.Compare,
        SweepStage.Alert => V1.SweepStage.Alert,
        SweepStage.Repair => V1.SweepStage.Repair,
        SweepStage.Recheck => V1.SweepStage.Recheck,
        SweepStage.Done => V1.SweepStage.Done,
        SweepStage.Failed => V1.SweepStage.Failed,
        _ => V1.SweepStage.Unspecified,
    };

    private static V1.Outcome OutcomeOf(Core.Verification.Outcome outcome) => outcome switch
    {
        Core.Verification.Outcome.Intact => V1.Outcome.Intact,
        Core.Verification.Outcome.Altered => V1.Outcome.Altered,
        Core.Verification.Outcome.None => V1.Outcome.None,
        _ => V1.Outcome.Undetermined,
    };

    private static V1.Severity SeverityOf(Core.Verification.Severity severity) => severity switch
    {
        Core.Verification.Severity.Info => V1.Severity.Info,
        Core.Verification.Severity.Warning => V1.Severity.Warning,
        _ => V1.Severity.Error,
    };
}
