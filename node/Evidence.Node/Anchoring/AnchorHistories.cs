using System.Runtime.CompilerServices;
using Evidence.Storage;

namespace Evidence.Node.Anchoring;

/// <summary>The anchor history of each log that the node holds.</summary>
internal sealed class AnchorHistories
{
    private readonly ConditionalWeakTable<LogStore, AnchorHistory> _histories = [];

    internal AnchorHistory Of(LogStore log) => _histories.GetValue(log, static store => new AnchorHistory(store));
}
