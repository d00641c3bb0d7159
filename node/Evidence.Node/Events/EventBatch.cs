using Evidence.Core.Events;

namespace Evidence.Node.Events;

/// <summary>What goes into one document.</summary>
/// <param name="Events">The events; reads by one caller are one.</param>
/// <param name="Through">The last entry of the journal that they stand for.</param>
internal sealed record EventBatch(IReadOnlyList<PreservationEvent> Events, ulong Through)
{
    private const int MaxBytes = EventDocument.MaxSize / 4 * 3;

    /// <summary>As many of the entries, from the first on, as one document takes.</summary>
    internal static EventBatch Of(IReadOnlyList<JournalEntry> pending)
    {
        var taken = new List<JournalEntry>();
        var (bytes, ranges) = (0, 0);
        foreach (var entry in pending)
        {
            bytes += entry.Bytes;
            ranges += entry.Event.Objects.Sum(static objects => objects.Leaves.Count);
            if (taken.Count > 0 && (bytes > MaxBytes || ranges > EventDocument.MaxRanges || taken.Count == EventDocument.MaxEvents)) break;
            taken.Add(entry);
        }

        return new EventBatch(Told([.. taken.Select(static entry => entry.Event)]), taken[^1].Number);
    }

    /// <summary>Reads by one caller become one event, where the first of them stands.</summary>
    private static PreservationEvent[] Told(IReadOnlyList<PreservationEvent> events)
    {
        var told = new List<PreservationEvent>();
        var callers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in events)
        {
            if (one.Type != EventTypes.Dissemination) told.Add(one);
            else if (callers.TryAdd(one.Agent, told.Count)) told.Add(one);
            else told[callers[one.Agent]] = Together(told[callers[one.Agent]], one);
        }

        return [.. told];
    }

    private static PreservationEvent Together(PreservationEvent left, PreservationEvent right) => left with
    {
        Time = left.Time > right.Time ? left.Time : right.Time,
        Count = left.Count + right.Count,
        Objects = [.. left.Objects.Concat(right.Objects).GroupBy(static objects => objects.Log).OrderBy(static log => log.Key.ToString(), StringComparer.Ordinal)
            .Select(static log => new EventObjects(log.Key, LeafRange.Merge(log.SelectMany(static objects => objects.Leaves))))],
    };
}
