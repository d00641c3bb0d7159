using Evidence.Node.Configuration;

namespace Evidence.Node.Monitoring;

/// <summary>Holds reading to a rate and to hours, so that a sweep leaves the disk to those who archive.</summary>
/// <param name="bytesPerSecond">0: no limit, but for <see cref="GivesWay"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepPace(long bytesPerSecond, TimeProvider time)
{
    /// <summary>The rate of a sweep that has no limit while records come in, in bytes a second.</summary>
    internal const long BesideRecords = 64 << 20;

    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100); // so much may be made up for of what a wait took too long
    private readonly Lock _gate = new();
    private long _free = time.GetTimestamp();

    /// <summary>Whether records come in that a sweep without a limit gives way to.</summary>
    internal Func<bool>? GivesWay { get; init; }

    /// <summary>When it may read; null: always.</summary>
    internal SweepHours? Hours { get; init; }

    internal async ValueTask SpendAsync(int bytes, CancellationToken ct)
    {
        while (Hours?.Until(time.GetLocalNow()) is { } closed && closed > TimeSpan.Zero) await Task.Delay(closed < Look ? closed : Look, time, ct);
        var rate = bytesPerSecond > 0 ? bytesPerSecond : GivesWay?.Invoke() == true ? BesideRecords : 0;
        if (rate == 0) return;
        var ahead = Ahead(bytes, rate);
        if (ahead > Shortest) await Task.Delay(ahead, time, ct);
    }

    // Time that passed without reading is gone: it must not be read through in one go afterwards.
    private TimeSpan Ahead(int bytes, long rate)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _free = Math.Max(_free, now - Ticks(Slack.TotalSeconds)) + Ticks((double)bytes / rate);
            return time.GetElapsedTime(now, _free);
        }
    }

    private long Ticks(double seconds) => (long)(seconds * time.TimestampFrequency);
}
