using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>Alerts of what opening a log found and mended. The next sweep that finds that part of the log in order closes them.</summary>
internal static class OpeningAlerts
{
    internal static async Task OpenAsync(AlertBook alerts, LogStore log, CancellationToken ct)
    {
        foreach (var group in log.OpenFindings.GroupBy(f => CauseOf(log.Origin, f)))
            await alerts.OpenAsync(group.Key, group.Max(f => f.Severity), log.Origin, $"When the log was opened: {group.First().Message}", [.. group], ct);
    }

    private static string CauseOf(string log, Finding finding) => finding.Code switch
    {
        FindingCodes.IndexMissing or FindingCodes.IndexUnreadable => Causes.IndexDamaged(log),
        FindingCodes.VolumeUnreadable when finding.Subject == LogIdentity.FileName => Causes.IdentityDamaged(log),
        FindingCodes.TileChanged or FindingCodes.TileMissing or FindingCodes.TileUnreadable => finding.Subject == "checkpoint" ? Causes.CheckpointDamaged(log) : Causes.TilesDamaged(log),
        _ => Causes.VolumesMended(log),
    };
}
