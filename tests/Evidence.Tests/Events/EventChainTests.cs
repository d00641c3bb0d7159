using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Verification;

namespace Evidence.Tests.Events;

public sealed class EventChainTests
{
    private static readonly Digest First = Digest.Of("1"u8), Second = Digest.Of("2"u8), Third = Digest.Of("3"u8);
    private static readonly EventDocument
        One = SampleEvents.Document(1, null),
        Two = SampleEvents.Document(2, new PreviousDocument(10, First)),
        Three = SampleEvents.Document(3, new PreviousDocument(20, Second));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Documents_that_name_each_other_make_a_chain(bool whole) => Assert.Empty(CodesOf(whole, (10, First, One), (20, Second, Two), (30, Third, Three)));

    [Fact]
    public void A_document_that_was_left_out_is_missed_only_where_all_are_shown()
    {
        Assert.Equal([FindingCodes.EventsMissing], CodesOf(true, (10, First, One), (30, Third, Three)));
        Assert.Empty(CodesOf(false, (10, First, One), (30, Third, Three)));
        Assert.Equal([FindingCodes.EventsMissing], CodesOf(true, (20, Second, Two), (30, Third, Three)));
        Assert.Empty(CodesOf(false, (20, Second, Two), (30, Third, Three)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_document_that_stands_there_twice_or_beside_another_is_unexpected(bool whole)
    {
        Assert.Equal([FindingCodes.EventsUnexpected], CodesOf(whole, (10, First, One), (20, Second, Two), (25, Second, Two)));
        Assert.Equal([FindingCodes.EventsUnexpected], CodesOf(whole, (10, First, One), (20, Second, SampleEvents.Document(1, null))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_document_that_names_another_predecessor_is_unlinked(bool whole)
    {
        Assert.Equal([FindingCodes.EventsUnlinked], CodesOf(whole, (10, Second, One), (20, Second, Two)));
        Assert.Equal([FindingCodes.EventsUnlinked], CodesOf(whole, (11, First, One), (20, Second, Two)));
    }

    [Fact]
    public void A_predecessor_that_is_not_shown_must_stand_between_the_two()
    {
        Assert.Equal([FindingCodes.EventsUnlinked], CodesOf(false, (20, First, One), (30, Third, Three)));
        Assert.Equal([FindingCodes.EventsUnlinked], CodesOf(false, (20, Third, Three)));
    }

    [Fact]
    public void A_document_of_another_log_is_unexpected()
    {
        Assert.Equal([FindingCodes.EventsUnexpected], CodesOf(false, (10, First, One with { Node = "evidence.test/node2" })));
        Assert.Equal([FindingCodes.EventsUnexpected], CodesOf(false, (10, First, One with { Log = First })));
    }

    [Fact]
    public void Entries_of_one_journal_that_are_sealed_twice_are_unexpected()
    {
        Assert.Equal([FindingCodes.EventsUnexpected], CodesOf(true, (10, First, One), (20, Second, Two with { Through = One.Through })));
        Assert.Empty(CodesOf(true, (10, First, One), (20, Second, Two with { Through = One.Through, Journal = new string('b', 32) })));
    }

    private static IReadOnlyList<string> CodesOf(bool whole, params (ulong Leaf, Digest Seal, EventDocument Document)[] documents)
    {
        var chain = new EventChain(SampleEvents.Origin, SampleEvents.Log, whole);
        return [.. documents.SelectMany(one => chain.Next(one.Leaf, one.Seal, one.Document)).Select(static finding => finding.Code)];
    }
}
