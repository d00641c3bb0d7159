using Evidence.Node.Archiving;
using Evidence.Tests.Grpc;

namespace Evidence.Tests.Archiving;

/// <summary>A large record lets others go first.</summary>
public sealed class PrecedenceTests
{
    private readonly HandClock _time = new();
    private bool _othersWait;

    [Fact]
    public void Goes_on_without_a_rest_while_no_other_record_is_on_its_way()
    {
        var precedence = new Precedence(() => _othersWait, _time);
        for (var i = 0; i < 10; i++) Assert.True(precedence.AfterAsync(Precedence.Stretch, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Rests_after_each_stretch_while_another_record_is_on_its_way()
    {
        var precedence = new Precedence(() => _othersWait, _time);
        _othersWait = true;
        for (var i = 0; i < 3; i++)
        {
            Assert.True(precedence.AfterAsync(Precedence.Stretch - 1, CancellationToken.None).IsCompletedSuccessfully);
            var rest = precedence.AfterAsync(1, CancellationToken.None);
            Assert.False(rest.IsCompleted);
            _time.Advance(Precedence.Rest);
            await rest;
        }
    }

    [Fact]
    public async Task A_rest_ends_when_the_call_does()
    {
        var precedence = new Precedence(() => true, _time);
        using var gone = new CancellationTokenSource();
        var rest = precedence.AfterAsync(Precedence.Stretch, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rest);
    }
}
