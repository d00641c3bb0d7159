using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Sends one receiver what it has not heard, again and again until it arrives or is past and too old, and has an alert open while that does not succeed.</summary>
internal sealed partial class Delivery(AlertBook book, IAlertReceiver receiver, DeliveryMarks marks, TimeSpan expireAfter, TimeProvider time, ILogger logger)
{
    /// <summary>How long a receiver may fail before that is an alert.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The longest pause between two attempts.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly HashSet<long> _refused = [];
    private DateTimeOffset _failingSince, _nextAttempt;
    private int _failures;

    internal static string CauseOf(string receiver) => $"alert-delivery-failed:{receiver}";

    /// <summary>Sends what is due. True: something arrived, and more may be due.</summary>
    internal async Task<bool> StepAsync(CancellationToken ct)
    {
        var (now, alerts) = (time.GetUtcNow(), book.All);
        if (now < _nextAttempt) return false;
        var waiting = await WithoutExpiredAsync(alerts, now, ct);
        var chosen = receiver.Choose([.. waiting.OrderBy(alert => _refused.Contains(alert.News))], now);
        if (chosen.Count == 0) return false;
        try
        {
            await receiver.SendAsync(chosen, ct);
        }
        catch (DeliveryException e)
        {
            await FailedAsync(e, chosen, waiting.Count, ct);
            return false;
        }
        await PassedAsync(chosen, alerts, ct);
        return true;
    }

    private async Task PassedAsync(IReadOnlyList<Alert> chosen, IReadOnlyList<Alert> alerts, CancellationToken ct)
    {
        Note(chosen, alerts);
        (_failures, _nextAttempt) = (0, default);
        _refused.ExceptWith(chosen.Select(alert => alert.News));
        await book.CloseAsync(CauseOf(receiver.Name), "a message that arrived", "", ct);
    }

    private async Task FailedAsync(DeliveryException e, IReadOnlyList<Alert> chosen, int waiting, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_failures++ == 0) _failingSince = now;
        if (e.IsRefusal) _refused.UnionWith(chosen.Select(alert => alert.News));
        var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(_failures - 1, 20))));
        _nextAttempt = now + pause;
        LogFailed(receiver.Name, e.Message, waiting, pause);
        if (now - _failingSince >= Patience) await OpenAsync($"News of {waiting} alerts waits, and is tried again at most every {LongestPause.TotalMinutes:0} minutes. The last attempt: {e.Message}", ct);
    }

    /// <summary>What is too old and past is given up, but never untried: a node that was away for long tells what it has to tell. News of what is still open is never given up.</summary>
    private async Task<IReadOnlyList<Alert>> WithoutExpiredAsync(IReadOnlyList<Alert> alerts, DateTimeOffset now, CancellationToken ct)
    {
        var waiting = marks.Waiting(alerts, receiver.Rule);
        if (_failures == 0 && _refused.Count == 0) return waiting;
        var expired = waiting.Where(alert => !alert.IsOpen && now - alert.NewsAt >= expireAfter && (_failures > 0 || _refused.Contains(alert.News))).ToList();
        if (expired.Count == 0) return waiting;
        Note(expired, alerts);
        _refused.ExceptWith(expired.Select(alert => alert.News));
        await OpenAsync($"News of {expired.Count} alerts was given up after {expireAfter.TotalHours:0.#} hours, of {expired[0].Id} first.", ct);
        return [.. waiting.Except(expired)];
    }

    private Task OpenAsync(string what, CancellationToken ct)
    {
        var since = AlertEventJson.Time(_failingSince);
        var message = string.Create(CultureInfo.InvariantCulture, $"The receiver '{receiver.Name}' has taken no alert since {since}. {what} Look at its section of \"alerts\" in node.json, and at the receiver itself; `evidence alerts list` shows what it has not heard.");
        return book.OpenAsync(CauseOf(receiver.Name), Severity.Error, "", message, [], ct);
    }

    private void Note(IEnumerable<Alert> heard, IReadOnlyList<Alert> alerts)
    {
        try
        {
            marks.Note(heard, alerts);
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            LogNotNoted(e, receiver.Name); // it is known until the node ends; then it is sent once more
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alert could not be sent to {Receiver}: {Reason} {Waiting} wait; the next attempt is in {Pause}")]
    private partial void LogFailed(string receiver, string reason, int waiting, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "It could not be noted what {Receiver} has heard")]
    private partial void LogNotNoted(Exception e, string receiver);
}
