using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>Alerts of what opening a log found and mended. The next sweep that finds that part of the log in order closes them.</summary>
internal static class OpeningAlerts
{
    internal static async Task OpenAsync(AlertBook alerts, LogStore log, CancellationToken ct)
    {
        foreach (var group in log.OpenFindings.GroupBy(f => CauseOf(log, f)))
            await alerts.OpenAsync(group.Key, group.Max(f => f.Severity), log.Origin, $"When the log was opened: {group.First().Message}", [.. group], ct);
    }

    private static string CauseOf(LogStore log, Finding finding) => finding.Code switch
    {
        FindingCodes.IndexMissing or FindingCodes.IndexUnreadable => Causes.IndexDamaged(log.Origin),
        FindingCodes.VolumeUnreadable when finding.Subject == LogIdentity.FileName => Causes.IdentityDamaged(log.Origin),
        FindingCodes.TileChanged or FindingCodes.TileMissing or FindingCodes.TileUnreadable => finding.Subject == "checkpoint" ? Causes.CheckpointDamaged(log.Origin) : Causes.TilesDamaged(log.Origin),
        FindingCodes.VolumeMissing when IsGone(log, finding) => Causes.AlertOf(Causes.VolumeMissing(log.Origin, 0), log.Origin), // what the sweep says of it, too
        _ => Causes.VolumesMended(log.Origin),
    };

    private static bool IsGone(LogStore log, Finding finding) => !File.Exists(Path.Combine(log.Folder, "volumes", finding.Subject.Split(' ')[0]));
}
