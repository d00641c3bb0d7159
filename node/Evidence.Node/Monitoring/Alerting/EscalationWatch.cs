using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>Escalates open alerts that nobody has acknowledged in time, and again after each further period.</summary>
internal sealed partial class EscalationWatch(AlertBook book, TimeSpan after, TimeProvider time, ILogger<EscalationWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Escalates what is due now. After a long time without the node an alert is escalated once, not once for each period.</summary>
    internal async Task LookAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var alert in book.All.Where(alert => alert is { IsOpen: true, Acknowledged: null, Severity: > Severity.Info } && now - (alert.Escalated ?? alert.Opened) >= after))
        {
            try
            {
                await book.EscalateAsync(alert.Id, ct);
                LogEscalated(alert.Id, alert.Cause, after);
            }
            catch (Exception e) when (e is StorageException or IOException)
            {
                LogFailed(e, alert.Id);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Alert} ({Cause}) was acknowledged by nobody for {Period} and is escalated")]
    private partial void LogEscalated(string alert, string cause, TimeSpan period);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Alert} could not be escalated")]
    private partial void LogFailed(Exception e, string alert);
}
