using Evidence.Core.Verification;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Places;
using Evidence.Node.Monitoring.Repairing;

namespace Evidence.Node.Monitoring;

/// <summary>Runs sweeps, one at a time, while the node goes on serving and archiving.</summary>
internal sealed partial class Sweeper(
    NodeLogs logs, SweepBook book, AlertBook alerts, LogSweeper sweeper, Repairer repairer, SweepPlaces places, SweepPaces paces, EventRecorder events, EventJournal journal, NodeOptions options, TimeProvider time, ILogger<Sweeper> logger)
    : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private Task _running = Task.CompletedTask;

    /// <summary>Starts a sweep, or names the one that is running.</summary>
    /// <param name="hours">When it may read; null: at any time.</param>
    /// <param name="ct">Gives up before it begins.</param>
    internal async Task<SweepState> StartAsync(SweepHours? hours, CancellationToken ct)
    {
        await _starting.WaitAsync(ct);
        try
        {
            if (!_running.IsCompleted && book.Latest is { HasEnded: false } running) return running;
            await _running;
            _stopping.Token.ThrowIfCancellationRequested();
            var begun = await book.BeginAsync(ct);
            _running = Task.Run(() => RunAsync(begun, hours), CancellationToken.None);
            return begun;
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task RunAsync(SweepState begun, SweepHours? hours)
    {
        var progress = new SweepProgress(book, begun);
        try
        {
            places.Begin(begun.Id);
            var history = new SweepHistory(events.Agent, time);
            var run = new SweepRun(logs, sweeper, repairer, new AlertDesk(alerts, book, journal, options.Repair.NeedsApproval), paces.Within(hours), progress, history);
            var ended = await run.RunAsync(_stopping.Token);
            if (logs.Own.AppendRefusal is null) await alerts.CloseAsync(OwnLogAppender.RefusedAlert, ended.Id, "", _stopping.Token);
            await events.RecordAsync(history.Tell(ended), _stopping.Token); // a crash behind this: the sweep is run again, and both are told
            await book.EndAsync(ended, _stopping.Token);
            places.End(); // a crash before this: the next sweep goes on at the end of this one
            await alerts.CloseAsync(Causes.SweepFailed(""), ended.Id, "", _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            LogStopped(begun.Id); // the next start finds it unfinished and sweeps again
        }
        catch (Exception e)
        {
            LogFailed(e, begun.Id);
            places.End();
            await TellFailedAsync(progress.State, e);
        }
    }

    private async Task TellFailedAsync(SweepState state, Exception e)
    {
        try
        {
            await book.EndAsync(state with { Stage = SweepStage.Failed, Outcome = Outcome.Undetermined, Error = e.Message }, _stopping.Token);
            var finding = new Finding(FindingCodes.SweepNotRun, Severity.Warning, Layer.Storage, state.Id, $"{state.Id} could not be run to its end: {e.Message}");
            await alerts.OpenAsync(Causes.SweepFailed(""), Severity.Error, "", finding.Message, [finding], _stopping.Token);
        }
        catch (Exception again)
        {
            LogFailed(again, state.Id); // not even the journals can be written: the log is all that is left
            book.Update(state with { Stage = SweepStage.Failed, Ended = time.GetUtcNow(), Error = e.Message });
        }
    }

    /// <summary>Ends the sweep that runs; no other is started.</summary>
    internal async Task StopAsync()
    {
        await _starting.WaitAsync();
        try
        {
            await _stopping.CancelAsync();
            await _running;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _starting.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The node stops in the middle of {Sweep}")]
    private partial void LogStopped(string sweep);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Sweep} failed")]
    private partial void LogFailed(Exception e, string sweep);
}
