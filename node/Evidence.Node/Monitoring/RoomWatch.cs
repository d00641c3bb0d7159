using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;

namespace Evidence.Node.Monitoring;

/// <summary>Looks whether the disk has room for records, and has an alert open as long as it has not.</summary>
internal sealed partial class RoomWatch(NodeLogs logs, AlertBook alerts, TimeProvider time, ILogger<RoomWatch> logger) : BackgroundService
{
    internal const string Alert = "disk-full";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        try
        {
            var (free, kept) = (logs.Own.FreeBytes, logs.Own.ReserveBytes);
            if (free >= kept) await alerts.CloseAsync(Alert, "a look at the disk", "", ct);
            else if (alerts.FindOpen(Alert) is null) await alerts.OpenAsync(Alert, Severity.Error, logs.Own.Origin, Say(free, kept), [], ct);
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            LogFailed(e);
        }
    }

    private string Say(long free, long kept) => string.Create(
        CultureInfo.InvariantCulture, $"Only {free} bytes are free on the disk of {logs.Own.Folder}: no record is taken below {kept}. Make room; records are taken again by themselves then.");

    [LoggerMessage(Level = LogLevel.Error, Message = "It could not be seen or said how much room the disk has")]
    private partial void LogFailed(Exception e);
}
