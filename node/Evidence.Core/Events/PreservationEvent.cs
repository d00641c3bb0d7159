namespace Evidence.Core.Events;

/// <summary>One thing that happened to records, in the terms of a PREMIS 3.0 event.</summary>
/// <param name="Time">When it ended, by the node's clock (eventDateTime); kept in UTC and whole milliseconds. Of several of a kind, the last one.</param>
/// <param name="Type">What it was (eventType): <see cref="EventTypes"/>, or another word in lower-case letters.</param>
/// <param name="Agent">Who did it or had it done (linkingAgentIdentifier).</param>
/// <param name="Outcome">How it ended (eventOutcome).</param>
/// <param name="Detail">More of it, in words (eventDetail); may be empty.</param>
/// <param name="Objects">What it was done to, at most once for each log; empty for what concerns no record.</param>
public sealed record PreservationEvent(DateTimeOffset Time, string Type, string Agent, EventOutcome Outcome, string Detail, IReadOnlyList<EventObjects> Objects)
{
    /// <summary>When it ended: UTC, whole milliseconds.</summary>
    public DateTimeOffset Time { get; init => field = WholeMilliseconds(value); } = WholeMilliseconds(Time);

    /// <summary>How often it happened: 1, or more where several of a kind are told as one.</summary>
    public ulong Count { get; init; } = 1;

    /// <summary>Whether it was done to one of these leaves of the log.</summary>
    public bool Concerns(Digest log, LeafRange leaves) => Objects.Any(objects => objects.Log == log && objects.Meet(leaves));

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
