using Evidence.Core;
using Evidence.Core.Events;

namespace Evidence.Node.Events;

/// <summary>Counts who read out which records, until it is written down. Reading must not wait for the medium: what a kill takes away is what was read out since the last time.</summary>
internal sealed class ReadTally
{
    /// <summary>Leaves and callers that are held, together; beyond, it is time to write them down.</summary>
    internal const int MaxHeld = 20_000;

    private readonly Lock _gate = new();
    private Dictionary<string, Reads> _callers = new(StringComparer.Ordinal);
    private int _held;

    /// <summary>Whether as much is held as may be.</summary>
    internal bool IsFull
    {
        get { lock (_gate) return _held >= MaxHeld; }
    }

    internal void Add(Digest log, ulong leaf, string caller)
    {
        lock (_gate)
        {
            if (!_callers.TryGetValue(caller, out var reads))
            {
                _callers[caller] = reads = new Reads();
                _held++;
            }

            if (reads.Leaves.Add((log, leaf))) _held++;
            reads.Count++;
        }
    }

    /// <summary>One event for each caller, and begins anew.</summary>
    internal IReadOnlyList<PreservationEvent> Take(DateTimeOffset now)
    {
        Dictionary<string, Reads> taken;
        lock (_gate) (taken, _callers, _held) = (_callers, new Dictionary<string, Reads>(StringComparer.Ordinal), 0);
        return [.. taken.Select(caller => new PreservationEvent(now, EventTypes.Dissemination, caller.Key, EventOutcome.Success, "", ObjectsOf(caller.Value.Leaves)) { Count = caller.Value.Count })];
    }

    private static IReadOnlyList<EventObjects> ObjectsOf(IEnumerable<(Digest Log, ulong Leaf)> leaves) =>
        [.. leaves.GroupBy(static read => read.Log).Select(static log => new EventObjects(log.Key, LeafRange.Merge(log.Select(static read => new LeafRange(read.Leaf, read.Leaf + 1))))).OrderBy(static objects => objects.Log.ToString(), StringComparer.Ordinal)];

    private sealed class Reads
    {
        internal HashSet<(Digest Log, ulong Leaf)> Leaves { get; } = [];

        internal ulong Count { get; set; }
    }
}
