using System.Text;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Json;

namespace Evidence.Tests.Events;

public sealed class EventDocumentTests
{
    private static readonly EventDocument Sample = SampleEvents.Document(
        2, new PreviousDocument(7, Digest.Of("seal"u8)),
        new PreservationEvent(SampleEvents.Time, EventTypes.FixityCheck, SampleEvents.Origin, EventOutcome.Failure, "坏块 at byte 512", [new EventObjects(SampleEvents.Log, [new LeafRange(0, 3), new LeafRange(5, 6)])]),
        new PreservationEvent(SampleEvents.Time, EventTypes.Dissemination, "127.0.0.1", EventOutcome.Success, "", []) { Count = 12 });

    [Fact]
    public void A_document_is_written_in_canonical_form()
    {
        Assert.True(CanonicalJson.IsCanonical(Sample.Encode()));
        Assert.Equal(
            """{"events":[{"agent":"evidence.test/node1","count":1,"detail":"坏块 at byte 512","objects":[{"leaves":[[0,3],[5,6]],"log":"LOG"}],"outcome":"failure","time":"2026-06-01T12:00:00.123Z","type":"fixity check"},{"agent":"127.0.0.1","count":12,"objects":[],"outcome":"success","time":"2026-06-01T12:00:00.123Z","type":"dissemination"}],"format":"evidence.events/1","journal":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","log":"LOG","node":"evidence.test/node1","number":2,"previous":{"leaf":7,"seal":"SEAL"},"through":20}"""
                .Replace("LOG", SampleEvents.Log.ToString(), StringComparison.Ordinal).Replace("SEAL", Digest.Of("seal"u8).ToString(), StringComparison.Ordinal),
            Encoding.UTF8.GetString(Sample.Encode()));
    }

    [Fact]
    public void A_document_is_read_back()
    {
        var read = EventDocument.Parse(Sample.Encode());
        Assert.Equal((Sample.Number, Sample.Previous, Sample.Through, Sample.Node, Sample.Log), (read.Number, read.Previous, read.Through, read.Node, read.Log));
        Assert.Equal(Sample.Events.Select(static one => (one.Type, one.Agent, one.Time, one.Outcome, one.Detail, one.Count)), read.Events.Select(static one => (one.Type, one.Agent, one.Time, one.Outcome, one.Detail, one.Count)));
        Assert.Equal([new LeafRange(0, 3), new LeafRange(5, 6)], read.Events[0].Objects.Single().Leaves);
    }

    [Theory]
    [InlineData("\"number\":2", "\"number\":0")]
    [InlineData("\"number\":2", "\"number\":1")] // the first one has no predecessor
    [InlineData("\"number\":2", "\"number\":2.0")]
    [InlineData("[[0,3],[5,6]]", "[]")]
    [InlineData("[[0,3],[5,6]]", "[[3,3]]")]
    [InlineData("[[0,3],[5,6]]", "[[0,3],[3,6]]")]
    [InlineData("[[0,3],[5,6]]", "[[5,6],[0,3]]")]
    [InlineData("[[0,3],[5,6]]", "[[0,3,5]]")]
    [InlineData("\"count\":12", "\"count\":0")]
    [InlineData("\"type\":\"dissemination\"", "\"type\":\"Dissemination\"")]
    [InlineData("\"outcome\":\"failure\"", "\"outcome\":\"fine\"")]
    [InlineData("\"agent\":\"127.0.0.1\"", "\"agent\":\"\"")]
    [InlineData("12:00:00.123Z", "12:00:00Z")]
    [InlineData("\"through\":20", "\"through\":20,\"x\":1")]
    [InlineData("{\"events\"", "{ \"events\"")]
    [InlineData("\"log\":\"", "\"log\":\"0")]
    [InlineData("\"journal\":\"a", "\"journal\":\"A")]
    [InlineData("\"journal\":\"a", "\"journal\":\"")]
    [InlineData("evidence.events/1", "evidence.events/2")]
    public void Refuses_what_breaks_a_rule(string sound, string broken)
    {
        var text = Encoding.UTF8.GetString(Sample.Encode());
        Assert.Contains(sound, text, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => EventDocument.Parse(Encoding.UTF8.GetBytes(text.Replace(sound, broken, StringComparison.Ordinal))));
    }

    [Fact]
    public void Refuses_more_events_or_ranges_than_a_document_may_have()
    {
        Assert.Throws<FormatException>(() => (Sample with { Events = [.. Enumerable.Repeat(Sample.Events[1], EventDocument.MaxEvents + 1)] }).Encode());
        var scattered = new EventObjects(SampleEvents.Log, [.. Enumerable.Range(0, EventDocument.MaxRanges + 1).Select(static i => new LeafRange((ulong)i * 2, ((ulong)i * 2) + 1))]);
        Assert.Throws<FormatException>(() => (Sample with { Events = [Sample.Events[0] with { Objects = [scattered] }] }).Encode());
        Assert.Throws<FormatException>(() => (Sample with { Events = [Sample.Events[0] with { Objects = [] }] }) with { Events = [] } is var none ? none.Encode() : []);
    }

    [Fact]
    public void A_document_of_as_many_ranges_as_it_may_have_is_read_back()
    {
        var scattered = new EventObjects(SampleEvents.Log, [.. Enumerable.Range(0, EventDocument.MaxRanges).Select(static i => new LeafRange((1UL << 40) + ((ulong)i * 2), (1UL << 40) + ((ulong)i * 2) + 1))]);
        var bytes = (Sample with { Events = [Sample.Events[0] with { Objects = [scattered] }] }).Encode();
        Assert.Equal(EventDocument.MaxRanges, EventDocument.Parse(bytes).Events.Single().Objects.Single().Leaves.Count);
    }

    [Fact]
    public void Reads_or_refuses_damaged_bytes() => StrictParsing.AssertReadsOrRefuses(Sample.Encode(), static bytes => EventDocument.Parse(bytes));

    [Fact]
    public void Ranges_that_meet_or_touch_are_merged() =>
        Assert.Equal([new LeafRange(0, 6), new LeafRange(8, 9)], LeafRange.Merge([new LeafRange(8, 9), new LeafRange(3, 6), new LeafRange(0, 2), new LeafRange(2, 4)]));
}
