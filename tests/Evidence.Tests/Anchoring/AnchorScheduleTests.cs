using Evidence.Node.Anchoring;
using Evidence.Node.Configuration;
using Evidence.Tests.Grpc;

namespace Evidence.Tests.Anchoring;

public sealed class AnchorScheduleTests
{
    private readonly HandClock _time = new();
    private readonly AnchorSchedule _schedule;

    public AnchorScheduleTests() => _schedule = new AnchorSchedule(TestLedgerSection.Every(TimeSpan.FromSeconds(10), records: 1_000), _time);

    [Fact]
    public void Is_due_when_a_record_has_waited_long_enough()
    {
        Assert.False(_schedule.IsDue(1, 0));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(_schedule.IsDue(2, 0));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_schedule.IsDue(2, 0));
    }

    [Fact]
    public void Is_due_at_once_when_many_wait() => Assert.True(_schedule.IsDue(1_000, 0));

    [Fact]
    public void Waits_anew_after_an_anchor_while_records_go_on_coming()
    {
        Assert.False(_schedule.IsDue(1, 0));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_schedule.IsDue(500, 0)); // and is handed in, which takes three seconds
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(_schedule.IsDue(600, 500));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(_schedule.IsDue(900, 500));
        _time.Advance(TimeSpan.FromSeconds(1)); // ten since the first that was left out may have come
        Assert.True(_schedule.IsDue(900, 500));
    }

    [Fact]
    public void Counts_from_the_first_record_after_everything_was_anchored()
    {
        Assert.False(_schedule.IsDue(1, 0));
        Assert.False(_schedule.IsDue(1, 1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(_schedule.IsDue(2, 1));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_schedule.IsDue(2, 1));
    }

    [Fact]
    public void Stays_due_until_it_is_anchored()
    {
        _schedule.IsDue(1, 0);
        _time.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 3; i++) Assert.True(_schedule.IsDue(1, 0));
    }

    [Fact]
    public void Has_stalled_when_a_record_waits_far_longer_than_the_schedule_has_it()
    {
        _schedule.IsDue(1, 0);
        _time.Advance((4 * TimeSpan.FromSeconds(10)) + AnchorSchedule.Patience);
        Assert.False(_schedule.IsStalled);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_schedule.IsStalled);
        _schedule.IsDue(1, 1);
        Assert.False(_schedule.IsStalled);
    }

    private static class TestLedgerSection
    {
        internal static LedgerSection Every(TimeSpan every, ulong records) =>
            new([new Uri("http://127.0.0.1:1")], 1, null, "0x" + new string('0', 40), every, records);
    }
}
