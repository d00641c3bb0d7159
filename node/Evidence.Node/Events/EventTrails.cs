using System.Collections.Concurrent;
using Evidence.Storage;

namespace Evidence.Node.Events;

/// <summary>The event documents of each log that this node holds.</summary>
internal sealed class EventTrails
{
    private readonly ConcurrentDictionary<LogStore, EventTrail> _trails = new(ReferenceEqualityComparer.Instance);

    internal EventTrail Of(LogStore log) => _trails.GetOrAdd(log, static log => new EventTrail(log));
}
