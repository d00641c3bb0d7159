using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Places;

namespace Evidence.Node.Monitoring;

/// <summary>
/// Starts sweeps by the clock or so often that no record goes unchecked for too long, and goes on with one that the last process left unfinished. Not being able to is an alert.
/// </summary>
internal sealed partial class SweepScheduler(
    Sweeper sweeper, SweepBook book, SweepPlaces places, NodeLogs logs, AlertBook alerts, NodeOptions options, TimeProvider time, ILogger<SweepScheduler> logger) : BackgroundService
{
    private const double Looks = 20; // within the longest time that a record may be unchecked
    private const double LatestStart = 0.8;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (book.WasInterrupted) await TryAsync(BeginAsync, stoppingToken);
            await Task.WhenAll(ByTheClockAsync(stoppingToken), ByAgeAsync(stoppingToken));
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

    private async Task ByTheClockAsync(CancellationToken ct)
    {
        if (options.Sweep.Every is not { } every) return;
        using var timer = new PeriodicTimer(every, time);
        while (await timer.WaitForNextTickAsync(ct)) await TryAsync(BeginAsync, ct);
    }

    private async Task ByAgeAsync(CancellationToken ct)
    {
        if (options.Sweep.MaxAge is not { } most) return;
        var pause = most / Looks < LongestPause ? most / Looks : LongestPause;
        for (; ; await Task.Delay(pause, time, ct)) await TryAsync(token => LookAsync(most, token), ct);
    }

    // What was checked at a time that is yet to come was checked before the clock was set back, and nobody knows how long ago.
    private async Task LookAsync(TimeSpan most, CancellationToken ct)
    {
        var age = places.OldestUnchecked(logs.All) is { } oldest ? time.GetUtcNow() - oldest : TimeSpan.Zero;
        if (age >= StartAt(most) || age < TimeSpan.Zero) await BeginAsync(ct);
        await TellAsync(age, most, ct);
    }

    // A disk that is full for a moment must not end sweeps for good.
    private async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken ct)
    {
        try
        {
            await step(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    // The last volume of a sweep is read a whole sweep after its beginning.
    private TimeSpan StartAt(TimeSpan most)
    {
        var lasts = book.Latest is { Stage: SweepStage.Done, Ended: { } ended } last ? ended - last.Started : TimeSpan.Zero;
        var latest = most - (2 * lasts);
        return latest < TimeSpan.Zero ? TimeSpan.Zero : latest < most * LatestStart ? latest : most * LatestStart;
    }

    private async Task TellAsync(TimeSpan age, TimeSpan most, CancellationToken ct)
    {
        if (age <= most)
        {
            await alerts.CloseAsync(Causes.SweepOverdue, "a look at when records were checked last", "", ct);
            return;
        }

        if (alerts.FindOpen(Causes.SweepOverdue) is not null) return;
        var message = string.Create(CultureInfo.InvariantCulture,
            $"Some records have not been read again for {age:d\\.hh\\:mm\\:ss}, and the configuration wants {most:d\\.hh\\:mm\\:ss} at most. Raise sweep.bytesPerSecond, widen sweep.hours, or raise sweep.maxAgeSeconds.");
        var finding = new Finding(FindingCodes.SweepNotRun, Severity.Warning, Layer.Storage, "sweep", message);
        await alerts.OpenAsync(Causes.SweepOverdue, Severity.Error, "", message, [finding], ct);
    }

    private async Task BeginAsync(CancellationToken ct)
    {
        try
        {
            await sweeper.StartAsync(options.Sweep.Hours, ct);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Whether a sweep is due could not be found out, or not be told; it is tried again")]
    private partial void LogFailed(Exception e);
}
