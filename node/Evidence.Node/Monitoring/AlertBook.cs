using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring;

/// <summary>All alerts of this node. An alert is opened once per fault and closed only by a check that passed; both outlive the process.</summary>
/// <remarks>
/// An event is on the medium before anyone hears of it. If we were to crash in between, the alert would stand in the journal and be listed
/// after the restart; only the watchers, who are gone as well, would not have been told.
/// </remarks>
internal sealed partial class AlertBook : IDisposable
{
    private readonly Journal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<Alert> _alerts = [];
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly List<Channel<Alert>> _watchers = [];

    private AlertBook(Journal journal, TimeProvider time, ILogger logger)
    {
        _journal = journal;
        _time = time;
        _logger = logger;
    }

    /// <summary>Opens alerts.log in the folder <paramref name="monitorFolder"/>, or starts it, and replays it.</summary>
    public static async Task<AlertBook> LoadAsync(string monitorFolder, TimeProvider time, ILogger<AlertBook> logger, CancellationToken ct)
    {
        var journal = await Journal.OpenAsync(Path.Combine(monitorFolder, "alerts.log"), ct);
        var book = new AlertBook(journal, time, logger);
        foreach (var payload in journal.Entries) book.Replay(payload);
        return book;
    }

    /// <summary>The journal that the alerts stand in; the sweep checks it like every other proof file.</summary>
    internal Journal Journal => _journal;

    /// <summary>All alerts, the oldest first.</summary>
    public IReadOnlyList<Alert> All
    {
        get { lock (_gate) return [.. _alerts]; }
    }

    /// <summary>The open alert of this cause, or null.</summary>
    public Alert? FindOpen(string cause)
    {
        lock (_gate) return _open.TryGetValue(cause, out var at) ? _alerts[at] : null;
    }

    /// <summary>Opens an alert, or gives back the open one of the same cause, brought up to date.</summary>
    public async Task<Alert> OpenAsync(
        string cause, Severity severity, string log, string message, IReadOnlyList<Finding> findings, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            var kept = findings.Count <= Alert.MaxFindings ? findings : [.. findings.Take(Alert.MaxFindings)];
            var known = FindOpen(cause);
            if (known is not null && known.Message == message && known.Severity == severity && known.Findings.SequenceEqual(kept)) return known;
            var alert = known is null
                ? new Alert(NextId(), cause, severity, log, message, kept, Now())
                : known with { Severity = severity, Message = message, Findings = kept };
            await _journal.AppendAsync(AlertEventJson.State(alert), ct);
            LogOpened(alert.Id, cause, message);
            Publish(alert);
            return alert;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the open alert of this cause; does nothing when there is none.</summary>
    /// <param name="cause">Key of the fault.</param>
    /// <param name="closedBy">The check that passed.</param>
    /// <param name="repair">What was done, from which replica; empty: nothing.</param>
    /// <param name="ct">Cancels before the event is written.</param>
    public async Task CloseAsync(string cause, string closedBy, string repair, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            if (FindOpen(cause) is not { } open) return;
            var closed = open with { Closed = Now(), ClosedBy = closedBy, Repair = repair };
            await _journal.AppendAsync(AlertEventJson.Close(closed), ct);
            LogClosed(closed.Id, cause, closedBy, repair);
            Publish(closed);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Alerts as they open, change and close, from the call on.</summary>
    public async IAsyncEnumerable<Alert> Watch([EnumeratorCancellation] CancellationToken ct)
    {
        // A watcher that does not read loses the oldest news, never the memory of the node.
        var channel = Channel.CreateBounded<Alert>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate) _watchers.Add(channel);
        try
        {
            await foreach (var alert in channel.Reader.ReadAllAsync(ct)) yield return alert;
        }
        finally
        {
            lock (_gate) _watchers.Remove(channel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private string NextId()
    {
        lock (_gate) return $"alert-{_alerts.Count + 1}";
    }

    private void Replay(ReadOnlyMemory<byte> payload)
    {
        try
        {
            Keep(AlertEventJson.Apply(payload.Span, id => _alerts.Find(known => known.Id == id)));
        }
        catch (FormatException e)
        {
            LogUnreadable(e.Message); // the sweep reports the damaged line; the other alerts must not be lost with it
        }
    }

    private void Publish(Alert alert)
    {
        lock (_gate)
        {
            Keep(alert);
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(alert);
        }
    }

    private void Keep(Alert alert)
    {
        var at = _alerts.FindIndex(known => known.Id == alert.Id);
        if (at < 0)
        {
            at = _alerts.Count;
            _alerts.Add(alert);
        }
        else
        {
            _alerts[at] = alert;
        }
        if (alert.IsOpen) _open[alert.Cause] = at;
        else _open.Remove(alert.Cause);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Opened {Alert} ({Cause}): {AlertMessage}")]
    private partial void LogOpened(string alert, string cause, string alertMessage);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed {Alert} ({Cause}) by {ClosedBy}. {Repair}")]
    private partial void LogClosed(string alert, string cause, string closedBy, string repair);

    [LoggerMessage(Level = LogLevel.Error, Message = "An entry of alerts.log cannot be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
