using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Evidence.Core.Json;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>All alerts of this node. An alert is opened once per cause and closed only by a check that passed; both outlive the process.</summary>
/// <remarks>
/// An event is on the medium before anyone hears of it. If we were to crash in between, the alert would stand in the journal, be listed after the
/// restart, and be delivered then to whoever had not heard of it; only the watchers, who are gone as well, would not have been told.
/// Closed alerts are kept to a number, and those that were closed first are forgotten beyond it: neither the journal nor the memory grows for ever.
/// </remarks>
internal sealed partial class AlertBook : IDisposable
{
    /// <summary>Closed alerts that are kept unless the configuration says otherwise.</summary>
    internal const int DefaultKeptClosed = 1000;

    // Bytes of events after which the journal is written anew from the alerts as they stand, and bytes of findings that closed alerts may keep.
    private const long JournalSlack = 4 << 20, MaxClosedFindings = 256 << 20;

    private readonly Journal _journal;
    private readonly FindingsFolder _findings;
    private readonly int _keptClosed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly AlertTable _table = new();
    private readonly List<Channel<Alert>> _watchers = [];
    private long _compacted;

    private AlertBook(Journal journal, FindingsFolder findings, int keptClosed, TimeProvider time, ILogger logger) =>
        (_journal, _findings, _keptClosed, _time, _logger) = (journal, findings, keptClosed, time, logger);

    /// <summary>Opens alerts.log in the folder <paramref name="monitorFolder"/>, or starts it, and replays it.</summary>
    public static async Task<AlertBook> LoadAsync(
        string monitorFolder, TimeProvider time, ILogger<AlertBook> logger, CancellationToken ct, int keptClosed = DefaultKeptClosed)
    {
        var journal = await Journal.OpenAsync(Path.Combine(monitorFolder, "alerts.log"), ct);
        var book = new AlertBook(journal, new FindingsFolder(Path.Combine(monitorFolder, "findings")), keptClosed, time, logger);
        Finding[] damage = [.. journal.Damage, .. journal.Entries.Select(book.Replay).OfType<Finding>()];
        if (damage.Length == 0) book._findings.RemoveOthers(book._table.All);
        else await book.TellDamageAsync(damage, ct);
        await book.TidyAsync(ct);
        return book;
    }

    /// <summary>The journal that the alerts stand in; the sweep checks it like every other proof file.</summary>
    internal Journal Journal => _journal;

    /// <summary>All alerts, the oldest first.</summary>
    public IReadOnlyList<Alert> All
    {
        get { lock (_gate) return [.. _table.All]; }
    }

    /// <summary>The open alert of this cause, or null.</summary>
    public Alert? FindOpen(string cause)
    {
        lock (_gate) return _table.FindOpen(cause);
    }

    /// <summary>The alert of this name, or null.</summary>
    public Alert? Find(string id)
    {
        lock (_gate) return Alert.NumberOf(id) is { } number ? _table.Find(number) : null;
    }

    /// <summary>Findings of an alert from a place on; see <see cref="FindingsFolder.Read"/>.</summary>
    public FindingsPage ReadFindings(Alert alert, long from, int count) => _findings.Read(alert, from, count);

    /// <summary>Opens an alert, or gives back the open one of the same cause, brought up to date.</summary>
    public Task<Alert> OpenAsync(string cause, Severity severity, string log, string message, IReadOnlyList<Finding> findings, CancellationToken ct) =>
        StateAsync(new AlertStatement(cause, severity, log, message, findings), ct);

    /// <summary>Opens an alert, or gives back the open one of the same cause, brought up to date.</summary>
    public async Task<Alert> StateAsync(AlertStatement statement, CancellationToken ct)
    {
        using var _ = await WriteAsync(ct);
        var known = FindOpen(statement.Cause);
        if (known is not null && !statement.EndsApproval && Says(known, statement)) return known;
        var alert = known is null ? Open(statement) : Restate(known, statement);
        await WriteFindingsAsync(alert, statement.Findings, ct);
        await KeepAsync(alert, AlertEventJson.State(alert), ct);
        if (known is not null) _findings.Remove(known);
        LogOpened(alert.Id, alert.Cause, alert.Message, alert.FindingsTotal);
        return alert;
    }

    /// <summary>Notes who looks after an alert. It stays open: only a check closes it.</summary>
    /// <returns>The alert, or null where no open alert has the name.</returns>
    public Task<Alert?> AcknowledgeAsync(string id, string by, string note, CancellationToken ct) => ChangeAsync(
        () => Find(id), alert => alert with { Acknowledged = new Acknowledgement(by, note, Now()) }, AlertEventJson.Acknowledge, ct);

    /// <summary>Notes who approved the repair that waits for it.</summary>
    /// <returns>The alert, or null where no repair of it waits.</returns>
    public Task<Alert?> ApproveAsync(string id, string by, string note, CancellationToken ct) => ChangeAsync(
        () => Find(id) is { AwaitsApproval: true } alert ? alert : null,
        alert => alert with { Approved = new Acknowledgement(by, note, Now()), AwaitsApproval = false }, AlertEventJson.Approve, ct);

    /// <summary>Notes that nobody has acknowledged an alert in time; nothing happens when somebody just did.</summary>
    public Task<Alert?> EscalateAsync(string id, CancellationToken ct) => ChangeAsync(
        () => Find(id) is { Acknowledged: null } alert ? alert : null, alert => alert with { Escalations = alert.Escalations + 1, Escalated = Now() }, AlertEventJson.Escalate, ct);

    /// <summary>Closes the open alert of this cause; does nothing when there is none.</summary>
    /// <param name="cause">Key of the fault.</param>
    /// <param name="closedBy">The check that passed.</param>
    /// <param name="repair">What was done, from which replica; empty: nothing.</param>
    /// <param name="ct">Cancels before the event is written.</param>
    public async Task CloseAsync(string cause, string closedBy, string repair, CancellationToken ct)
    {
        if (FindOpen(cause) is null) return; // the common case, and it need not wait for the medium
        var closed = await ChangeAsync(() => FindOpen(cause), alert => alert with { Closed = Now(), ClosedBy = closedBy, Repair = repair }, AlertEventJson.Close, ct);
        if (closed is not null) LogClosed(closed.Id, cause, closedBy, repair);
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

    private static bool Says(Alert known, AlertStatement statement) =>
        known.Message == statement.Message && known.Severity == statement.Severity && known.FindingsTotal == statement.Findings.Count && known.AwaitsApproval == statement.AwaitsApproval
        && known.Findings.SequenceEqual(statement.Findings.Take(Alert.MaxFindings));

    private Alert Open(AlertStatement statement)
    {
        var now = Now();
        return new Alert(_table.LastNumber + 1, statement.Cause, statement.Severity, statement.Log, statement.Message, Carried(statement), now)
        {
            FindingsTotal = statement.Findings.Count,
            AwaitsApproval = statement.AwaitsApproval,
            News = _table.LastNews + 1,
        };
    }

    /// <summary>Whoever acknowledged it did not know that it was so grave: then somebody has to do so again.</summary>
    private Alert Restate(Alert known, AlertStatement statement)
    {
        // Whoever looks after an alert looks after what it said then: what is graver, or more, somebody has to see anew.
        var isGraver = statement.Severity > known.Severity || statement.Findings.Count > known.FindingsTotal;
        var alert = known with
        {
            Severity = statement.Severity,
            Message = statement.Message,
            Findings = Carried(statement),
            FindingsTotal = statement.Findings.Count,
            Statement = known.Statement + 1,
            Acknowledged = isGraver ? null : known.Acknowledged,
            AwaitsApproval = statement.AwaitsApproval,
            Approved = statement.EndsApproval ? null : known.Approved,
        };
        return isGraver || (statement.IsNews && statement.Message != known.Message) ? AsNews(alert) : alert;
    }

    private static IReadOnlyList<Finding> Carried(AlertStatement statement) =>
        statement.Findings.Count <= Alert.MaxFindings ? statement.Findings : [.. statement.Findings.Take(Alert.MaxFindings)];

    private Alert AsNews(Alert alert) => alert with { News = _table.LastNews + 1, NewsAt = Now() };

    private async Task<Alert?> ChangeAsync(Func<Alert?> find, Func<Alert, Alert> change, Func<Alert, byte[]> encode, CancellationToken ct)
    {
        using var _ = await WriteAsync(ct);
        if (find() is not { IsOpen: true } known) return null;
        var changed = AsNews(change(known));
        await KeepAsync(changed, encode(changed), ct);
        return changed;
    }

    private async Task KeepAsync(Alert alert, byte[] payload, CancellationToken ct)
    {
        await _journal.AppendAsync(payload, ct);
        lock (_gate)
        {
            _table.Keep(alert);
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(alert);
        }
        await TidyAsync(ct);
    }

    /// <summary>Forgets what is beyond the limits, and writes the journal anew when most of it stands for nothing any more.</summary>
    private async Task TidyAsync(CancellationToken ct)
    {
        IReadOnlyList<Alert> dropped;
        lock (_gate) dropped = _table.DropClosed(_keptClosed);
        foreach (var alert in dropped) _findings.Remove(alert);
        DropFindings();
        if (_journal.Bytes > JournalSlack + 2 * _compacted) await CompactAsync(ct);
    }

    private async Task CompactAsync(CancellationToken ct)
    {
        try
        {
            await _journal.CompactAsync(Standing(), ct);
            _compacted = _journal.Bytes;
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            LogNotTidied(e); // the long journal says the same
        }
    }

    // An alert whose further findings find no room is still an alert.
    private async Task WriteFindingsAsync(Alert alert, IReadOnlyList<Finding> findings, CancellationToken ct)
    {
        try
        {
            await _findings.WriteAsync(alert, findings, ct);
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            LogFindingsLost(e, alert.Id);
        }
    }

    private void DropFindings()
    {
        var left = MaxClosedFindings;
        foreach (var alert in All.Where(alert => !alert.IsOpen && alert.FindingsTotal > Alert.MaxFindings).OrderByDescending(alert => alert.Closed))
            if ((left -= _findings.SizeOf(alert)) < 0) _findings.Remove(alert);
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task<IDisposable> WriteAsync(CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        return new Turn(_writing);
    }

    /// <summary>Writes the journal anew with the alerts as they stand and one more, of the damage: whatever moment a crash comes at, the damage is told or found again.</summary>
    private async Task TellDamageAsync(IReadOnlyList<Finding> damage, CancellationToken ct)
    {
        _table.SkipTo(_table.LastNumber + _journal.Lost + JournalAlerts.Gap, _table.LastNews + _journal.Lost + JournalAlerts.Gap);
        var statement = JournalAlerts.AtStart(_journal.Path, damage,
            string.Create(CultureInfo.InvariantCulture, $"{_table.Count} alerts could be read. Others may be missing here, or stand here as they once were, open though closed or not acknowledged: the next sweep judges anew what is wrong."));
        var alert = FindOpen(statement.Cause) is { } known ? Restate(known, statement) : Open(statement);
        await WriteFindingsAsync(alert, damage, ct);
        lock (_gate) _table.Keep(alert);
        await _journal.RewriteAsync(JournalAlerts.Describe(_journal.Path, damage), ct, Standing());
        LogOpened(alert.Id, alert.Cause, alert.Message, alert.FindingsTotal);
    }

    // The numbers first: without them the next alert could take that of one that was forgotten.
    private IReadOnlyList<ReadOnlyMemory<byte>> Standing() => [AlertEventJson.Count(_table.LastNumber, _table.LastNews), .. All.Select(static alert => (ReadOnlyMemory<byte>)AlertEventJson.State(alert))];

    private Finding? Replay(ReadOnlyMemory<byte> payload)
    {
        try
        {
            var json = CanonicalJson.Parse(payload.Span);
            if (AlertEventJson.ReadCount(json) is var (alerts, news)) _table.SkipTo(alerts, news);
            else _table.Keep(AlertEventJson.Apply(json, _table.Find));
            return null;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            LogUnreadable(e.Message);
            return JournalAlerts.Unread(_journal.Path, e.Message); // the other alerts must not be lost with it
        }
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Opened {Alert} ({Cause}): {AlertMessage} Findings: {Findings}")]
    private partial void LogOpened(string alert, string cause, string alertMessage, long findings);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed {Alert} ({Cause}) by {ClosedBy}. {Repair}")]
    private partial void LogClosed(string alert, string cause, string closedBy, string repair);

    [LoggerMessage(Level = LogLevel.Warning, Message = "alerts.log could not be written anew without what is past")]
    private partial void LogNotTidied(Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "The findings of {Alert} beyond the first could not be kept")]
    private partial void LogFindingsLost(Exception e, string alert);

    [LoggerMessage(Level = LogLevel.Error, Message = "An entry of alerts.log cannot be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
