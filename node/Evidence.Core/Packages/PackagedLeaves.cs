using Evidence.Core.Events;

namespace Evidence.Core.Packages;

/// <summary>The leaves of the records that a package holds, so that an event document can be held against them; those that lie side by side take the room of one.</summary>
/// <param name="limit">How many ranges are held.</param>
public sealed class PackagedLeaves(int limit)
{
    private readonly List<LeafRange> _ranges = [];
    private bool _isFull;

    /// <summary>Takes the next leaf; one that does not stand behind those before it is a finding by itself and left out.</summary>
    public void Add(ulong leaf)
    {
        if (_ranges is [.., var last] && leaf <= last.To)
        {
            if (leaf == last.To) _ranges[^1] = last with { To = leaf + 1 };
        }
        else if (_ranges.Count < limit) _ranges.Add(new LeafRange(leaf, leaf + 1));
        else _isFull = true;
    }

    /// <summary>Whether one of the leaves is among them; also where there were more than can be held.</summary>
    public bool Meet(EventObjects objects) => _isFull || objects.Leaves.Any(Meets);

    /// <summary>Whether the leaf is among them.</summary>
    public bool Holds(ulong leaf) => Meets(new LeafRange(leaf, leaf + 1));

    private bool Meets(LeafRange leaves)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].To <= leaves.From) low = middle + 1;
            else high = middle;
        }

        return low < _ranges.Count && _ranges[low].Meets(leaves);
    }
}
