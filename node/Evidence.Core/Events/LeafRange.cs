namespace Evidence.Core.Events;

/// <summary>Leaves of a log that lie side by side.</summary>
/// <param name="From">Index of the first one.</param>
/// <param name="To">Index behind the last one.</param>
public readonly record struct LeafRange(ulong From, ulong To)
{
    /// <summary>Whether any leaf is in both.</summary>
    public bool Meets(LeafRange other) => From < other.To && other.From < To;

    /// <summary>The fewest ranges of the same leaves, in ascending order.</summary>
    public static IReadOnlyList<LeafRange> Merge(IEnumerable<LeafRange> ranges)
    {
        var merged = new List<LeafRange>();
        foreach (var range in ranges.OrderBy(static range => range.From))
        {
            if (merged is [.., var last] && range.From <= last.To) merged[^1] = last with { To = Math.Max(last.To, range.To) };
            else merged.Add(range);
        }

        return merged;
    }

    /// <summary>At most so many ranges in which all leaves of others lie: where there are more, the smallest gaps are filled.</summary>
    /// <param name="merged">What <see cref="Merge"/> gives.</param>
    /// <param name="most">At least 1.</param>
    public static IReadOnlyList<LeafRange> Cover(IReadOnlyList<LeafRange> merged, int most)
    {
        if (merged.Count <= most) return merged;
        int[] cuts = [0, .. Enumerable.Range(1, merged.Count - 1).OrderByDescending(at => merged[at].From - merged[at - 1].To).Take(most - 1).Order(), merged.Count];
        return [.. cuts.Zip(cuts.Skip(1), (from, to) => new LeafRange(merged[from].From, merged[to - 1].To))];
    }
}

/// <summary>What an event was done to (PREMIS linkingObjectIdentifier): leaves of one log, which stand for the records that they seal.</summary>
/// <param name="Log">The log's id: SHA-256 of its first verifier key.</param>
/// <param name="Leaves">Ranges that neither meet nor touch, in ascending order; at least one.</param>
public sealed record EventObjects(Digest Log, IReadOnlyList<LeafRange> Leaves)
{
    /// <summary>Whether one of the leaves is among those of a range.</summary>
    public bool Meet(LeafRange leaves) => Leaves.Any(leaves.Meets);
}
