using Evidence.Core.Events;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Tests.Monitor;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Events;

public sealed class EventJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.At("monitor", "events.log");

    [Fact]
    public async Task A_journal_of_which_all_is_sealed_gives_way_to_a_new_one()
    {
        using var journal = Open(out _);
        var name = journal.Id;
        foreach (var detail in (string[])["a", "b", "c"]) Assert.True(await journal.TryAppendAsync(SampleEvents.Check(0, 1, detail), CancellationToken.None));
        Assert.Equal([1UL, 2, 3], journal.Pending.Select(static entry => entry.Number));
        await journal.ForgetAsync(2, CancellationToken.None);
        Assert.Equal((name, "c"), (journal.Id, journal.Pending.Single().Event.Detail));
        await journal.ForgetAsync(3, CancellationToken.None);
        Assert.NotEqual(name, journal.Id);
        await journal.TryAppendAsync(SampleEvents.Check(0, 1, "d"), CancellationToken.None);
        Assert.Equal((1UL, "d"), (journal.Pending.Single().Number, journal.Pending.Single().Event.Detail));
    }

    [Fact]
    public async Task What_can_be_read_of_a_damaged_journal_goes_on_in_a_new_one()
    {
        string name;
        using (var journal = Open(out var sound))
        {
            Assert.Null(sound);
            name = journal.Id;
            foreach (var detail in (string[])["first", "second"]) await journal.TryAppendAsync(SampleEvents.Check(0, 1, detail), CancellationToken.None);
        }

        Damage.Replace(File1, "\"agent\":\""u8, "\"agent\" \""u8);
        Damage.Replace(File1, "first"u8, "fir\x01t"u8);
        using var opened = Open(out var damage);
        Assert.NotNull(damage);
        Assert.NotEqual(name, opened.Id);
        Assert.Empty(opened.Pending);
        Assert.Single(Directory.GetFiles(_folder.At("monitor"), "*.damaged-*"));
        Assert.True(await opened.TryAppendAsync(SampleEvents.Check(0, 1), CancellationToken.None));
    }

    [Fact]
    public async Task A_full_journal_takes_no_more_and_what_was_lost_is_said()
    {
        using var journal = Open(out _);
        var recorder = new EventRecorder(journal, Options(), TimeProvider.System, NullLogger<EventRecorder>.Instance);
        var large = SampleEvents.Check(0, 1) with { Objects = [new EventObjects(SampleEvents.Log, [.. Enumerable.Range(0, 8000).Select(static i => new LeafRange((1UL << 50) + ((ulong)i * 2), (1UL << 50) + ((ulong)i * 2) + 1))])] };
        await recorder.RecordAsync(Enumerable.Repeat(large, 100), CancellationToken.None);
        Assert.InRange(journal.Pending.Sum(static entry => (long)entry.Bytes), EventJournal.MaxBytes / 2, EventJournal.MaxBytes);
        var (kept, lost) = (journal.Pending.Count - 1, journal.Pending[^1].Event); // a small one still finds room
        Assert.InRange(kept, 1, 99);
        Assert.Equal(EventTypes.Recording, lost.Type);
        Assert.StartsWith($"{100 - kept} events could not", lost.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_are_told_by_caller_with_the_leaves_merged()
    {
        var tally = new ReadTally();
        foreach (var leaf in (ulong[])[3, 1, 2, 2]) tally.Add(SampleEvents.Log, leaf, "a");
        tally.Add(SampleEvents.Log, 9, "b");
        var told = tally.Take(SampleEvents.Time);
        Assert.Equal([("a", 4UL, new LeafRange(1, 4)), ("b", 1UL, new LeafRange(9, 10))], told.Select(static one => (one.Agent, one.Count, one.Objects.Single().Leaves.Single())));
        Assert.Empty(tally.Take(SampleEvents.Time));
        for (ulong leaf = 0; !tally.IsFull; leaf++) tally.Add(SampleEvents.Log, leaf, "a");
        Assert.InRange(tally.Take(SampleEvents.Time).Single().Count, (ulong)ReadTally.MaxHeld - 2, (ulong)ReadTally.MaxHeld);
    }

    public void Dispose() => _folder.Dispose();

    private EventJournal Open(out string? damage) => EventJournal.Open(File1, TimeProvider.System, out damage);

    private static NodeOptions Options() => new()
    {
        Name = "node1",
        Listen = new Uri("http://127.0.0.1:0"),
        DataFolder = "data",
        KeysFolder = "keys",
        Origin = SampleEvents.Origin,
        WitnessName = "witness.node1",
    };
}
