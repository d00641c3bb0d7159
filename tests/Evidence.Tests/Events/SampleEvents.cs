using Evidence.Core;
using Evidence.Core.Events;

namespace Evidence.Tests.Events;

/// <summary>Event documents for tests.</summary>
internal static class SampleEvents
{
    internal const string Origin = "evidence.test/node1";

    internal static readonly Digest Log = Digest.Of("log"u8);

    internal static readonly string Journal = new('a', 32);

    internal static readonly DateTimeOffset Time = new(2026, 6, 1, 12, 0, 0, 123, TimeSpan.Zero);

    internal static PreservationEvent Check(ulong from, ulong to, string detail = "") =>
        new(Time, EventTypes.FixityCheck, Origin, EventOutcome.Success, detail, [new EventObjects(Log, [new LeafRange(from, to)])]);

    internal static EventDocument Document(ulong number, PreviousDocument? previous, params PreservationEvent[] events) =>
        new(Origin, Log, number, previous, Journal, number * 10, events.Length == 0 ? [Check(0, 5)] : events);
}
