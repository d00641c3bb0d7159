using System.Runtime.CompilerServices;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Monitoring;

/// <summary>The history of sweeps, and the one that is running. Beginnings and reports outlive the process.</summary>
internal sealed partial class SweepBook : IDisposable
{
    private const int Kept = 1000;
    private readonly Journal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly List<SweepState> _sweeps = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _last;

    private SweepBook(Journal journal, TimeProvider time, ILogger logger)
    {
        _journal = journal;
        _time = time;
        _logger = logger;
    }

    /// <summary>Opens sweeps.log in the folder <paramref name="monitorFolder"/>, or starts it. A sweep that the last process left unfinished ends as failed.</summary>
    /// <remarks>An alert tells of damage before the file is written anew: whatever moment a crash comes at, it is told.</remarks>
    public static async Task<SweepBook> LoadAsync(string monitorFolder, AlertBook alerts, TimeProvider time, ILogger<SweepBook> logger, CancellationToken ct)
    {
        var journal = await Journal.OpenAsync(Path.Combine(monitorFolder, "sweeps.log"), ct);
        var book = new SweepBook(journal, time, logger);
        Finding[] damage = [.. journal.Damage, .. journal.Entries.Select(book.Replay).OfType<Finding>()];
        if (damage.Length > 0) await book.TellDamageAsync(alerts, damage, ct);
        if (book.Latest is { HasEnded: false } cut)
        {
            book.WasInterrupted = true;
            await book.EndAsync(cut with { Stage = SweepStage.Failed, Error = damage.Length == 0 ? "The node stopped while the sweep ran." : "The node stopped while the sweep ran, or its report was lost with a damaged sweeps.log." }, ct);
        }
        return book;
    }

    /// <summary>The journal that the sweeps stand in; the sweep checks it like every other proof file.</summary>
    internal Journal Journal => _journal;

    /// <summary>Whether the last process ended in the middle of a sweep.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>The running or the latest sweep; null before the first.</summary>
    public SweepState? Latest
    {
        get { lock (_gate) return _sweeps.Count == 0 ? null : _sweeps[^1]; }
    }

    /// <summary>The latest sweep that ran to its end and read all that it had to, in all logs; null when none did.</summary>
    public SweepState? LatestWhole
    {
        get { lock (_gate) return _sweeps.FindLast(sweep => sweep.Stage == SweepStage.Done && sweep.AllSwept && sweep.BytesRead + sweep.BytesKept >= sweep.BytesTotal); }
    }

    /// <summary>The sweeps that are remembered, the oldest first.</summary>
    public IReadOnlyList<SweepState> All
    {
        get { lock (_gate) return [.. _sweeps]; }
    }

    /// <summary>The sweep of this number, or null.</summary>
    public SweepState? Find(string id)
    {
        lock (_gate) return _sweeps.FindLast(sweep => sweep.Id == id);
    }

    internal async Task<SweepState> BeginAsync(CancellationToken ct)
    {
        SweepState sweep;
        lock (_gate) sweep = new SweepState($"sweep-{_last + 1}", SweepStage.Scan, Now());
        await _journal.AppendAsync(SweepEventJson.Encode(sweep), ct);
        Update(sweep);
        return sweep;
    }

    internal async Task EndAsync(SweepState sweep, CancellationToken ct)
    {
        var ended = sweep with { Ended = Now() };
        await _journal.AppendAsync(SweepEventJson.Encode(ended), ct);
        LogEnded(ended.Id, ended.Outcome.ToString(), ended.RecordsChecked, ended.BytesRead, ended.FindingsTotal, ended.Repaired, ended.Error);
        Update(ended);
    }

    /// <summary>Progress; kept in memory only.</summary>
    internal void Update(SweepState sweep)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            Keep(sweep);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    /// <summary>The states of a sweep until it has ended; states in between that nobody had time to read are left out.</summary>
    public async IAsyncEnumerable<SweepState> Watch(string id, [EnumeratorCancellation] CancellationToken ct)
    {
        SweepState? last = null;
        while (last is not { HasEnded: true })
        {
            Task changed;
            SweepState? now;
            lock (_gate)
            {
                changed = _changed.Task;
                now = _sweeps.FindLast(sweep => sweep.Id == id);
            }
            if (now is null) yield break;
            if (!ReferenceEquals(now, last)) yield return last = now;
            else await changed.WaitAsync(ct);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task TellDamageAsync(AlertBook alerts, IReadOnlyList<Finding> damage, CancellationToken ct)
    {
        _last += (int)_journal.Lost + JournalAlerts.Gap;
        await alerts.StateAsync(JournalAlerts.AtStart(_journal.Path, damage, $"{_sweeps.Count} sweeps could be read; the reports of others are lost."), ct);
        await _journal.RewriteAsync(JournalAlerts.Describe(_journal.Path, damage), ct, [.. _sweeps.SelectMany(Events)]);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Events(SweepState sweep) =>
        sweep.HasEnded ? [SweepEventJson.Encode(sweep with { Stage = SweepStage.Scan }), SweepEventJson.Encode(sweep)] : [SweepEventJson.Encode(sweep)];

    private Finding? Replay(ReadOnlyMemory<byte> payload)
    {
        try
        {
            Keep(SweepEventJson.Decode(payload.Span));
            return null;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            LogUnreadable(e.Message);
            return JournalAlerts.Unread(_journal.Path, e.Message);
        }
    }

    private void Keep(SweepState sweep)
    {
        var at = _sweeps.FindLastIndex(known => known.Id == sweep.Id);
        if (at >= 0)
        {
            _sweeps[at] = sweep;
            return;
        }
        _last = Math.Max(_last, sweep.Number);
        _sweeps.Add(sweep);
        if (_sweeps.Count > Kept) _sweeps.RemoveAt(0);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Sweep} ended: {Outcome}; {Records} records, {Bytes} bytes, {Findings} findings, {Repaired} repaired. {Error}")]
    private partial void LogEnded(string sweep, string outcome, long records, long bytes, long findings, long repaired, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "An entry of sweeps.log cannot be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
