using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>Appends to the own log, unless that must not be, and opens an alert when the medium does not take it.</summary>
internal sealed partial class OwnLogAppender(RecordAppender appender, LogStore log, AppendGate gate, AlertBook alerts, ILogger<OwnLogAppender> logger)
{
    internal const string Alert = "archiving-stopped";

    /// <summary>The log is not whole, and nothing may follow at its end.</summary>
    internal const string RefusedAlert = "append-refused";
    internal const string StagingAlert = "staging-failed";

    /// <exception cref="ArchiveRefusedException">The node takes no records at present.</exception>
    internal StagedRecord Begin(RecordId id)
    {
        Check();
        return appender.Begin(id);
    }

    /// <summary>Appends, in the order of the calls. The result is to be handed to <see cref="StoredAsync"/>.</summary>
    /// <exception cref="ArchiveRefusedException">The node takes no records at present.</exception>
    internal Task<Appended> AppendAsync(StagedRecord record, Seal seal, CancellationToken ct)
    {
        Check();
        return appender.AppendAsync(record, seal, ct);
    }

    /// <summary>Ends when the record is on the medium and its seal is a leaf.</summary>
    /// <exception cref="StorageException">The medium did not take it.</exception>
    internal ValueTask<Appended> StoredAsync(Task<Appended> appending) =>
        appending.IsCompletedSuccessfully && alerts.FindOpen(Alert) is null && alerts.FindOpen(RefusedAlert) is null ? ValueTask.FromResult(appending.Result) : WatchAsync(appending);

    private async ValueTask<Appended> WatchAsync(Task<Appended> appending)
    {
        try
        {
            var appended = await appending;
            foreach (var cause in (string[])[Alert, RefusedAlert])
                if (alerts.FindOpen(cause) is not null) await ReportAsync(() => alerts.CloseAsync(cause, "a record that was stored", "", CancellationToken.None));
            return appended;
        }
        catch (StorageException e)
        {
            await NoteAsync(e);
            throw;
        }
    }

    /// <summary>Opens the alert when a record, or a part of one, was refused because the medium takes none.</summary>
    internal Task NoteAsync(Exception failure) => failure switch
    {
        LogBehindException => OpenAlertAsync(RefusedAlert, failure.Message),
        StorageFullException or StorageFailedException => OpenAlertAsync(Alert, failure.Message),
        _ => Task.CompletedTask,
    };

    /// <summary>Does a step in the staging folder. What the medium does not take now it will not take from others either: somebody has to be told.</summary>
    /// <exception cref="StorageException">The step failed.</exception>
    internal async ValueTask<T> OnStagingAsync<T>(Func<ValueTask<T>> step)
    {
        try
        {
            return await step();
        }
        catch (StorageException e)
        {
            await NoteAsync(e);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await NoteStagingAsync(e);
            throw new StorageFailedException($"The staging folder could not be written or read: {e.Message} Nothing of the record is in the archive; send it again, or go on with the upload.", e);
        }
    }

    /// <summary>Closes that alert: the staging folder has taken bytes, and they last.</summary>
    internal Task StagedAsync() =>
        alerts.FindOpen(StagingAlert) is null ? Task.CompletedTask : ReportAsync(() => alerts.CloseAsync(StagingAlert, "an upload that was written", "", CancellationToken.None));

    /// <exception cref="ArchiveRefusedException">The node takes no records at present.</exception>
    internal void Check()
    {
        gate.Check();
        if (log.AppendRefusal is not { } refusal) return;
        _ = OpenAlertAsync(log.HasFailed ? Alert : RefusedAlert, refusal); // the caller is told by the exception and need not wait for this
        throw new ArchiveRefusedException(Refusal.NotNow, refusal);
    }

    // Small records need no staging folder, so that they close this alert for nobody.
    private Task NoteStagingAsync(Exception failure) =>
        ReportAsync(() => alerts.OpenAsync(StagingAlert, Severity.Error, log.Origin, $"Large records and uploads fail: {failure.Message}", [], CancellationToken.None));

    private Task OpenAlertAsync(string cause, string reason) =>
        ReportAsync(() => alerts.OpenAsync(cause, Severity.Error, log.Origin, $"Records are refused: {reason}", [], CancellationToken.None));

    // Where no record can be written an alert may not find room either; the caller hears of the first failure in any case.
    private async Task ReportAsync(Func<Task> report)
    {
        try
        {
            await report();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
        {
            LogUnreported(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alert on archiving could not be written")]
    private partial void LogUnreported(Exception e);
}
