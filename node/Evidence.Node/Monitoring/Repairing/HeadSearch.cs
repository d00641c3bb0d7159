using Evidence.Core;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>An entry that proves, and the key under which it does.</summary>
internal sealed record ProofEntry(string Key, byte[] Payload);

/// <summary>Looks for the entries that together give a hash chain's last hash: they are what was appended, and no others can be.</summary>
internal static class HeadSearch
{
    // Each entry of which there are two doubles the ways. Where there are more the search gives up: the ledger decides then.
    private const int Ways = 64;

    /// <summary>One entry of each place, so that all give <paramref name="head"/>; null when none do, or too many ways would have to be tried.</summary>
    internal static IReadOnlyList<ProofEntry>? Find(IEnumerable<IReadOnlyCollection<ProofEntry>> places, Digest head)
    {
        List<Step> ways = [new Step(default, null, null)];
        foreach (var place in places)
        {
            if (ways.Count * place.Count > Ways) return null;
            ways = [.. ways.SelectMany(_ => place, (way, entry) => new Step(ProofLine.Chain(way.Hash, entry.Payload), entry, way))];
        }
        return ways.Find(way => way.Hash == head)?.Unwind();
    }

    private sealed record Step(Digest Hash, ProofEntry? Entry, Step? Before)
    {
        internal IReadOnlyList<ProofEntry> Unwind()
        {
            var entries = new List<ProofEntry>();
            for (var step = this; step is { Entry: { } entry }; step = step.Before) entries.Add(entry);
            entries.Reverse();
            return entries;
        }
    }
}
