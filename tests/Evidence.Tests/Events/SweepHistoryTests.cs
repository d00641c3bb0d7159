using Evidence.Core.Events;
using Evidence.Node.Events;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;
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
    public async Task A_damaged_record_that_the_index_has_lost_is_not_told_as_sound()
    {
        var (folder, volume, damaged) = (Log.Folder, VolumeFile, Offset(4) + 700);
        await Other.StopAsync();
        await Node.StopAsync();
        using (var index = Database.Open(Path.Combine(folder, "index")))
        {
            using var batch = new WriteBatch();
            batch.Delete(index.FirstFrom(IndexFormat.LeafKey(4))!.Value.Key);
            index.Write(batch);
        }

        await Node.StartAsync();
        Assert.Null(Log.FindLeaf(4));
        Damage.Flip(volume, damaged);
        await SweptAsync();
        // It is not sealed yet: a log that lacks a record takes no others.
        var told = SealingTestBase.Journal(Node).Pending.Select(static entry => entry.Event).Where(one => one.Type == EventTypes.FixityCheck && one.Objects.Any(objects => objects.Log == Node.LogId && objects.Meet(new LeafRange(4, 5))));
        Assert.Equal(EventOutcome.Failure, Assert.Single(told).Outcome);
    }

    [Fact]
    public async Task What_was_not_compared_is_not_told_as_compared()
    {
        await Other.StopAsync();
        Damage.Flip(VolumeFile, Offset(4) + 700);
        await SweptAsync();
        var sound = (await SealedAsync()).Single(static one => one.Objects.Any(static objects => objects.Meet(new LeafRange(0, 1)))); // the index is compared once the volumes are mended
        Assert.Equal(EventOutcome.Undetermined, sound.Outcome);
        Assert.Contains("not to the end: index", sound.Detail, StringComparison.Ordinal);
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
