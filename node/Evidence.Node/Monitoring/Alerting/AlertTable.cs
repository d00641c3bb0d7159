namespace Evidence.Node.Monitoring.Alerting;

/// <summary>The alerts as they stand. Not for several threads at once.</summary>
internal sealed class AlertTable
{
    private readonly SortedDictionary<long, Alert> _alerts = [];
    private readonly Dictionary<string, long> _open = new(StringComparer.Ordinal);

    /// <summary>The highest number that an alert has had.</summary>
    internal long LastNumber { get; private set; }

    /// <summary>The highest number that a piece of news has had.</summary>
    internal long LastNews { get; private set; }

    /// <summary>All of them, the oldest first.</summary>
    internal IEnumerable<Alert> All => _alerts.Values;

    internal int Count => _alerts.Count;

    internal Alert? Find(long number) => _alerts.GetValueOrDefault(number);

    internal Alert? FindOpen(string cause) => _open.TryGetValue(cause, out var number) ? _alerts[number] : null;

    /// <summary>Takes an alert in its newest state.</summary>
    internal void Keep(Alert alert)
    {
        _alerts[alert.Number] = alert;
        SkipTo(alert.Number, alert.News);
        if (alert.IsOpen) Open(alert);
        else if (_open.GetValueOrDefault(alert.Cause) == alert.Number) _open.Remove(alert.Cause);
    }

    // A second one of a cause is opened only when the first was closed: a damaged journal may have lost the line that says so, and nobody could close the first any more.
    private void Open(Alert alert)
    {
        if (_open.TryGetValue(alert.Cause, out var number) && number < alert.Number)
            _alerts[number] = _alerts[number] with { Closed = alert.Opened, ClosedBy = $"a check whose line is lost; {alert.Id} tells of the same cause since" };
        _open[alert.Cause] = Math.Max(number, alert.Number);
    }

    /// <summary>Numbers up to these were given.</summary>
    internal void SkipTo(long number, long news) => (LastNumber, LastNews) = (Math.Max(LastNumber, number), Math.Max(LastNews, news));

    /// <summary>Forgets closed alerts, those that were closed first, until so many are left.</summary>
    internal IReadOnlyList<Alert> DropClosed(int keep)
    {
        var closed = _alerts.Values.Where(alert => !alert.IsOpen).OrderBy(alert => alert.Closed).ThenBy(alert => alert.Number).ToList();
        var dropped = closed.Take(Math.Max(0, closed.Count - keep)).ToList();
        foreach (var alert in dropped) _alerts.Remove(alert.Number);
        return dropped;
    }
}
