using Evidence.Node.Archiving;
using Evidence.Tests.Grpc;

namespace Evidence.Tests.Archiving;

/// <summary>A large record lets small ones go first.</summary>
public sealed class PrecedenceTests
{
    private readonly HandClock _time = new();
    private readonly Precedence _precedence;

    public PrecedenceTests() => _precedence = new Precedence(_time);

    [Fact]
    public void Goes_on_without_a_rest_where_no_small_record_has_come()
    {
        var pace = _precedence.Pace();
        for (var i = 0; i < 10; i++) Assert.True(pace.AfterAsync(LargeRecordPace.Stretch, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Rests_after_each_stretch_until_no_small_record_is_expected_any_more()
    {
        var pace = _precedence.Pace();
        _precedence.SmallRecordCame();
        var turns = (int)(Precedence.Expected / LargeRecordPace.Turn);
        for (var i = 0; i < turns; i++)
        {
            Assert.True(pace.AfterAsync(LargeRecordPace.Stretch - 1, CancellationToken.None).IsCompletedSuccessfully);
            var rest = pace.AfterAsync(1, CancellationToken.None).AsTask();
            _time.Advance(LargeRecordPace.Turn - TimeSpan.FromTicks(1));
            Assert.False(rest.IsCompleted);
            _time.Advance(TimeSpan.FromTicks(1));
            await rest;
        }

        Assert.True(pace.AfterAsync(LargeRecordPace.Stretch, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Rests_shortly_behind_a_stretch_that_took_long_by_itself()
    {
        var pace = _precedence.Pace();
        _time.Advance(LargeRecordPace.Turn);
        _precedence.SmallRecordCame();
        var rest = pace.AfterAsync(LargeRecordPace.Stretch, CancellationToken.None).AsTask();
        Assert.False(rest.IsCompleted);
        _time.Advance(LargeRecordPace.ShortestRest);
        await rest;
    }

    [Fact]
    public async Task A_rest_ends_when_the_call_does()
    {
        var pace = _precedence.Pace();
        _precedence.SmallRecordCame();
        using var gone = new CancellationTokenSource();
        var rest = pace.AfterAsync(LargeRecordPace.Stretch, gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rest);
    }
}
