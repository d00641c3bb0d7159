using System.Globalization;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Seals;
using Evidence.Core.Verification;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;

namespace Evidence.Node.Events;

/// <summary>
/// Seals what is in the journal of events as records of the own log. What is sealed already is asked of the log, so that whatever comes between the record and the journal's
/// end, nothing is sealed twice or left out.
/// </summary>
internal sealed partial class EventSealer(
    EventJournal journal, EventRecorder recorder, EventTrails trails, NodeLogs logs, OwnLogAppender appender, AlertBook alerts, NodeOptions options, TimeProvider time, ILogger<EventSealer> logger) : BackgroundService
{
    internal const string Alert = "events-not-sealed";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500), ReadsEvery = TimeSpan.FromSeconds(10), Day = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _sealing = new(1, 1);
    private DateTimeOffset _flushed = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await recorder.FlushReadsAsync(cancellationToken); // sealed after the next start
    }

    public override void Dispose()
    {
        _sealing.Dispose();
        base.Dispose();
    }

    /// <summary>Seals all that waits, due or not.</summary>
    /// <exception cref="ArchiveRefusedException">The node appends nothing at present.</exception>
    internal async Task SealAsync(CancellationToken ct)
    {
        await _sealing.WaitAsync(ct);
        try
        {
            var trail = trails.Of(logs.Own);
            foreach (var name in journal.Names) await journal.ForgetAsync(name, await trail.SealedAsync(name, ct), ct);
            while (journal.Pending is { Count: > 0 } pending)
            {
                var (batch, head) = (EventBatch.Of(pending), await trail.HeadAsync(ct));
                var previous = head is null ? (PreviousDocument?)null : new PreviousDocument(head.Leaf, head.SealSha256);
                var document = new EventDocument(logs.Own.Origin, logs.Own.Keys.LogId, (head?.Document.Number ?? 0) + 1, previous, journal.Id, batch.Through, batch.Events);
                LogSealed(document.Number, document.Events.Count, await AppendAsync(document, ct));
                // A crash here: the log says through which entry this journal is sealed, and the next start forgets them then.
                await journal.ForgetAsync(document.Journal, batch.Through, ct);
            }
        }
        finally
        {
            _sealing.Release();
        }
    }

    private async Task TryAsync(CancellationToken ct)
    {
        try
        {
            if (recorder.IsFull || time.GetUtcNow() - _flushed >= ReadsEvery) await FlushAsync(ct);
            if (!IsDue()) return;
            await SealAsync(ct);
            await alerts.CloseAsync(Alert, "an event document that was sealed", "", ct);
        }
        catch (OperationCanceledException)
        {
            // The node stops; the journal keeps what waits.
        }
        catch (ArchiveRefusedException e)
        {
            LogWaits(e.Message); // whatever holds up all records has an alert of its own
        }
        catch (Exception e)
        {
            LogFailed(e);
            await TellAsync(e.Message);
        }
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        _flushed = time.GetUtcNow();
        await recorder.FlushReadsAsync(ct);
    }

    private bool IsDue()
    {
        var (pending, now) = (journal.Pending, time.GetUtcNow());
        // A clock that was set back must not make anything wait for as long as it was.
        return pending.Any(entry => now - entry.Event.Time >= (entry.Event.Type == EventTypes.Dissemination ? Day : options.Events.SealAfter) || entry.Event.Time > now + Day)
            || pending.Sum(static entry => (long)entry.Bytes) > EventDocument.MaxSize / 2;
    }

    private async Task TellAsync(string why)
    {
        try
        {
            if (alerts.FindOpen(Alert) is null) await alerts.OpenAsync(Alert, Severity.Error, logs.Own.Origin, $"What happened to records is not sealed at present: {why}", [], CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            LogFailed(e);
        }
    }

    private async Task<ulong> AppendAsync(EventDocument document, CancellationToken ct)
    {
        await using var staged = appender.Begin(RecordId.New(time));
        await staged.AddPartAsync(EventDocument.Part, PartRole.Content, document.Encode(), ct);
        await staged.AddPartAsync("m0001", PartRole.Metadata, Describe(document), ct);
        SealPart[] parts = [.. staged.Parts.Select(static part => new SealPart(part.Name, part.Name == EventDocument.Part ? PartRole.Content : PartRole.Metadata, part.Size, part.Sha256))];
        return (await appender.StoredAsync(appender.AppendAsync(staged, new Seal(staged.Id, time.GetUtcNow(), EventDocument.SubmitterOf(document.Node), parts), ct))).Leaf;
    }

    private static byte[] Describe(EventDocument document) => RecordMetadata.Create(
        new Dictionary<string, FileLabel> { [EventDocument.Part] = new FileLabel("events.json"u8.ToArray(), EventDocument.MediaType) },
        RecordDescription.Empty with { Title = string.Create(CultureInfo.InvariantCulture, $"事件历史 Event history {document.Number}") }).Encode();

    [LoggerMessage(Level = LogLevel.Information, Message = "Event document {Number} of {Events} events is leaf {Leaf}")]
    private partial void LogSealed(ulong number, int events, ulong leaf);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Events wait to be sealed: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Events could not be sealed")]
    private partial void LogFailed(Exception e);
}
