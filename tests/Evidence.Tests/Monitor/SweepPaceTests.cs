using Evidence.Node.Configuration;
using Evidence.Node.Monitoring;

namespace Evidence.Tests.Monitor;

public sealed class SweepPaceTests
{
    [Theory]
    [InlineData("22:00-06:00", 23, 0)]
    [InlineData("22:00-06:00", 5, 0)]
    [InlineData("22:00-06:00", 12, 10)]
    [InlineData("01:00-02:00", 12, 13)]
    [InlineData("01:00-02:00", 1, 0)]
    public void Hours_say_how_long_they_are_closed(string hours, int now, int closed) =>
        Assert.Equal(TimeSpan.FromHours(closed), SweepHours.TryParse(hours)!.Until(new DateTimeOffset(2026, 1, 1, now, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("")]
    [InlineData("22-06")]
    [InlineData("22:00")]
    [InlineData("22:00-22:00")]
    [InlineData("22:00-24:00")]
    public void What_is_no_stretch_of_a_day_is_refused(string hours) => Assert.Null(SweepHours.TryParse(hours));

    [Fact]
    public async Task Reading_is_held_to_the_rate_and_a_pause_is_not_made_up_for()
    {
        var time = new DelayTime();
        var pace = new SweepPace(1000, time);
        for (var i = 0; i < 10; i++) await pace.SpendAsync(1000, CancellationToken.None);
        Assert.InRange(time.Waited.TotalSeconds, 9, 10.1);
        time.Pass(TimeSpan.FromHours(1));
        var before = time.Waited;
        for (var i = 0; i < 10; i++) await pace.SpendAsync(1000, CancellationToken.None);
        Assert.InRange((time.Waited - before).TotalSeconds, 9, 10.1);
    }

    [Fact]
    public async Task A_sweep_without_a_limit_gives_way_to_records_only()
    {
        var (time, come) = (new DelayTime(), false);
        var pace = new SweepPace(0, time) { GivesWay = () => come };
        await pace.SpendAsync(1 << 30, CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, time.Waited);
        come = true;
        await pace.SpendAsync((int)SweepPace.BesideRecords, CancellationToken.None);
        Assert.InRange(time.Waited.TotalSeconds, 0.8, 1.1);
    }

    [Fact]
    public async Task Outside_its_hours_a_sweep_waits()
    {
        var time = new DelayTime(); // begins at midnight
        var pace = new SweepPace(0, time) { Hours = SweepHours.TryParse("03:00-04:00") };
        await pace.SpendAsync(1, CancellationToken.None);
        Assert.Equal(TimeSpan.FromHours(3), time.Waited);
    }

    /// <summary>A clock on which every wait is over at once, and counted.</summary>
    private sealed class DelayTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        internal TimeSpan Waited { get; private set; }

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        internal void Pass(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                _now += dueTime;
                Waited += dueTime;
            }

            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return new Ended();
        }

        private sealed class Ended : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
