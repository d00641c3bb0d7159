using Evidence.Core.Events;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Tests.Monitor;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Events;

public sealed class EventJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<AlertStatement> _told = [];

    private string File1 => _folder.At("monitor", "events.log");

    [Fact]
    public async Task A_journal_of_which_all_is_sealed_gives_way_to_a_new_one()
    {
        using var journal = await OpenAsync();
        var name = journal.Id;
        foreach (var detail in (string[])["a", "b", "c"]) Assert.True(await journal.TryAppendAsync(SampleEvents.Check(0, 1, detail), CancellationToken.None));
        Assert.Equal([1UL, 2, 3], journal.Pending.Select(static entry => entry.Number));
        await journal.ForgetAsync(name, 2, CancellationToken.None);
        Assert.Equal((name, "c"), (journal.Id, journal.Pending.Single().Event.Detail));
        await journal.ForgetAsync(name, 3, CancellationToken.None);
        Assert.NotEqual(name, journal.Id);
        await journal.TryAppendAsync(SampleEvents.Check(0, 1, "d"), CancellationToken.None);
        Assert.Equal((1UL, "d"), (journal.Pending.Single().Number, journal.Pending.Single().Event.Detail));
    }

    [Theory]
    [InlineData("the name")]
    [InlineData("an event")]
    [InlineData("its hash")]
    public async Task What_can_be_read_of_a_damaged_journal_goes_on_in_a_new_one_and_the_damage_is_told(string what)
    {
        string name;
        using (var journal = await OpenAsync())
        {
            name = journal.Id;
            foreach (var detail in (string[])["first", "second", "third"]) await journal.TryAppendAsync(SampleEvents.Check(0, 1, detail), CancellationToken.None);
        }

        Assert.Empty(_told);
        string[] lines = File.ReadAllLines(File1);
        if (what == "the name") Damage.Flip(File1, ProofLine.PrefixLength + 20);
        else Damage.Flip(File1, lines[0].Length + 1 + (what == "its hash" ? 10 : lines[1].IndexOf("first", StringComparison.Ordinal)));
        using (var opened = await OpenAsync())
        {
            Assert.Contains("events.log", Assert.Single(_told).Message, StringComparison.Ordinal);
            Assert.NotEqual(name, opened.Id);
            Assert.Single(Directory.GetDirectories(_folder.At("quarantine")));
            string[] kept = what == "an event" ? ["second", "third"] : ["first", "second", "third"];
            Assert.Equal(kept, opened.Pending.SkipLast(1).Select(static entry => entry.Event.Detail));
            Assert.Equal((EventTypes.Recording, EventOutcome.Failure), (opened.Pending[^1].Event.Type, opened.Pending[^1].Event.Outcome));
        }

        using var again = await OpenAsync();
        Assert.Single(_told);
        await again.ForgetAsync(name, 2, CancellationToken.None); // a document says that the first two of the damaged one are sealed
        Assert.Equal("third", again.Pending[0].Event.Detail);
        Assert.True(await again.TryAppendAsync(SampleEvents.Check(0, 1), CancellationToken.None));
        Assert.Empty(again.Check());
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("emptied")]
    [InlineData("removed")]
    [InlineData("garbage")]
    public async Task A_journal_that_was_cut_off_is_told_and_its_numbers_are_not_given_again(string how)
    {
        string name;
        using (var journal = await OpenAsync())
        {
            name = journal.Id;
            foreach (var detail in (string[])["first", "second"]) await journal.TryAppendAsync(SampleEvents.Check(0, 1, detail), CancellationToken.None);
        }

        var lines = File.ReadAllLines(File1);
        if (how == "removed") File.Delete(File1);
        else if (how == "garbage") File.WriteAllBytes(File1, [.. Enumerable.Range(0, 5000).Select(static at => (byte)(at * 37))]);
        else Damage.Truncate(File1, how == "cut" ? lines[0].Length + lines[1].Length + 2 : 0);
        using var opened = await OpenAsync();
        Assert.Single(_told);
        await opened.TryAppendAsync(SampleEvents.Check(0, 1, "new"), CancellationToken.None);
        await opened.ForgetAsync(name, 2, CancellationToken.None); // both were sealed before
        Assert.Equal([EventTypes.Recording, EventTypes.FixityCheck], opened.Pending.Select(static entry => entry.Event.Type));
    }

    [Fact]
    public async Task A_full_journal_takes_no_more_and_what_was_lost_is_said()
    {
        using var journal = await OpenAsync();
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

    private Task<EventJournal> OpenAsync() => EventJournal.OpenAsync(File1, "agent", statement =>
    {
        _told.Add(statement);
        return Task.CompletedTask;
    }, TimeProvider.System, CancellationToken.None);

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
