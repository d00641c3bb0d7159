using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Monitoring;

/// <summary>Starts sweeps by the clock, and goes on with one that the last process left unfinished. Not being able to is an alert.</summary>
internal sealed partial class SweepScheduler(
    Sweeper sweeper, SweepBook book, AlertBook alerts, NodeOptions options, TimeProvider time, ILogger<SweepScheduler> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (book.WasInterrupted) await BeginAsync(stoppingToken);
            if (options.Sweep.Every is not { } every) return;
            using var timer = new PeriodicTimer(every, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await BeginAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the node stops
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await sweeper.StopAsync();
    }

    private async Task BeginAsync(CancellationToken ct)
    {
        try
        {
            await sweeper.StartAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotStarted(e);
            var finding = new Finding(FindingCodes.SweepNotRun, Severity.Warning, Layer.Storage, "sweep", $"A sweep that was due could not be started: {e.Message}");
            await alerts.OpenAsync(Causes.SweepFailed(""), Severity.Error, "", finding.Message, [finding], ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A sweep that was due could not be started")]
    private partial void LogNotStarted(Exception e);
}
