using Evidence.Core.Events;
using Evidence.Node.Events;
using Evidence.Tests.Monitor;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Events;

public sealed class SweepHistoryTests : SweepTestBase
{
    [Fact]
    public async Task Damage_and_repair_are_events_of_the_leaves_that_they_befell()
    {
        Damage.Flip(VolumeFile, Offset(4) + 700);
        await SweptAsync();
        var told = await SealedAsync();
        Assert.Equal([(EventTypes.FixityCheck, EventOutcome.Success), (EventTypes.FixityCheck, EventOutcome.Failure), (EventTypes.Recovery, EventOutcome.Success)], told.Select(static one => (one.Type, one.Outcome)));
        Assert.Equal([new LeafRange(0, 4), new LeafRange(5, Records)], told[0].Objects.Single().Leaves);
        Assert.All(told.Skip(1), static one => Assert.Equal([new LeafRange(4, 5)], one.Objects.Single().Leaves));
    }

    [Fact]
    public async Task A_repair_that_cannot_be_is_a_failure_and_nothing_else()
    {
        await Other.StopAsync();
        Damage.Flip(VolumeFile, Offset(4) + 700);
        await SweptAsync();
        var told = (await SealedAsync()).Where(static one => one.Objects.Any(static objects => objects.Leaves.Contains(new LeafRange(4, 5)))).ToList();
        Assert.Equal([(EventTypes.FixityCheck, EventOutcome.Failure), (EventTypes.Recovery, EventOutcome.Failure)], told.Select(static one => (one.Type, one.Outcome)));
    }

    [Fact]
    public async Task A_ledger_that_does_not_answer_leaves_the_check_undetermined()
    {
        Network.Ledger.Failure = _ => Nodes.FakeLedger.Unreachable;
        await SweptAsync();
        Assert.Equal(EventOutcome.Undetermined, (await SealedAsync()).Single().Outcome);
    }

    private async Task SweptAsync()
    {
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Stage == V1.SweepStage.Done, Describe(sweep));
    }

    private long Offset(ulong leaf) => (long)Log.FindLeaf(leaf)!.Value.Place.Offset;

    private async Task<IReadOnlyList<PreservationEvent>> SealedAsync()
    {
        await Node.Services.GetRequiredService<EventSealer>().SealAsync(CancellationToken.None);
        return [.. (await SealingTestBase.DocumentsAsync(Log)).Single().Document.Events.Where(one => one.Objects.All(objects => objects.Log == Node.LogId))];
    }
}
