using System.Globalization;
using System.Net;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Node.Events;
using Grpc.Core;

namespace Evidence.Node.Access;

/// <summary>
/// Counts the calls that were refused, and has them told as events: of each caller, method and reason the first of a day, then each time that there are ten times as many, and what is left at the day's end.
/// So nobody can fill the log by being refused. What a kill takes away is at most what came since a number was last told.
/// </summary>
internal sealed partial class RefusalBook(EventRecorder recorder, TimeProvider time, ILogger<RefusalBook> logger) : BackgroundService
{
    /// <summary>Callers, methods and reasons that are told apart in a day; all others are told as one.</summary>
    internal const int MaxKinds = 500;

    private const int MaxText = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly Kind Others = new("many callers", "many methods", StatusCode.Unknown);
    private readonly Lock _gate = new();
    private readonly Dictionary<Kind, Tally> _today = [];
    private List<PreservationEvent> _due = [];
    private DateOnly _day;

    /// <summary>Notes a call that was refused. Waits for nothing.</summary>
    /// <param name="method">What was called.</param>
    /// <param name="caller">Name of the caller; null: not known.</param>
    /// <param name="from">Where the call came from.</param>
    /// <param name="code">How it was refused.</param>
    /// <param name="reason">What was said; never a secret.</param>
    internal void Note(string method, string? caller, IPAddress? from, StatusCode code, string reason)
    {
        var agent = PlainText.Short(caller ?? from?.ToString() ?? "unknown", MaxText);
        (method, reason) = (PlainText.Short(method, MaxText), PlainText.Short(reason, MaxText));
        var now = time.GetUtcNow();
        ulong count;
        lock (_gate)
        {
            Turn(now);
            var kind = new Kind(agent, method, code);
            if (!_today.ContainsKey(kind) && _today.Count >= MaxKinds) kind = Others;
            if (!_today.TryGetValue(kind, out var tally)) _today[kind] = tally = new Tally();
            count = ++tally.Count;
            tally.Reason = reason;
            if (count >= tally.TellAt) Tell(kind, tally, now);
        }

        // The log is no place for a flood either: its files are few, and other things stand in them.
        if (ulong.IsPow2(count)) LogRefused(method, agent, from, code, reason, count);
    }

    /// <summary>Writes down what is due. What is not written when this fails stays due.</summary>
    internal async Task FlushAsync(CancellationToken ct)
    {
        List<PreservationEvent> due;
        lock (_gate)
        {
            Turn(time.GetUtcNow());
            (due, _due) = (_due, []);
        }

        var written = 0;
        try
        {
            for (; written < due.Count; written++) await recorder.RecordAsync([due[written]], ct);
        }
        finally
        {
            lock (_gate) _due.InsertRange(0, due.Skip(written));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FlushAsync(CancellationToken.None);
            }
            catch (Exception e)
            {
                LogFailed(e); // nothing that somebody sends may end the telling
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        lock (_gate) TellRest(time.GetUtcNow());
        await FlushAsync(cancellationToken); // sealed after the next start
    }

    private void Turn(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day == _day) return;
        TellRest(now);
        _day = day;
    }

    private void TellRest(DateTimeOffset now)
    {
        foreach (var (kind, tally) in _today)
            if (tally.Count > tally.Told) Tell(kind, tally, now);
        _today.Clear();
    }

    private void Tell(Kind kind, Tally tally, DateTimeOffset now)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"{kind.Method}: {kind.Code}: {tally.Reason}");
        _due.Add(new PreservationEvent(now, EventTypes.RefusedCall, kind.Agent, EventOutcome.Failure, detail, []) { Count = tally.Count - tally.Told });
        (tally.Told, tally.TellAt) = (tally.Count, tally.TellAt * 10);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} was refused to {Caller} at {Address}, {Code}: {Reason} ({Count} times today)")]
    private partial void LogRefused(string method, string caller, IPAddress? address, StatusCode code, string reason, ulong count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Refused calls could not be told; the next round tries again")]
    private partial void LogFailed(Exception e);

    private readonly record struct Kind(string Agent, string Method, StatusCode Code);

    private sealed class Tally
    {
        internal ulong Count { get; set; }

        internal ulong Told { get; set; }

        internal ulong TellAt { get; set; } = 1;

        internal string Reason { get; set; } = "";
    }
}
