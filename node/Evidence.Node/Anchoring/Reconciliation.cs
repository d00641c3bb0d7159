using Evidence.Core;
using Evidence.Ledger;

namespace Evidence.Node.Anchoring;

/// <summary>How the ledger's anchors of a log, the proofs that the node keeps, and the log itself agree.</summary>
/// <param name="Latest">The newest anchor on the ledger; null when there is none.</param>
/// <param name="Uncaptured">Anchors on the ledger whose proof the node does not keep: it stopped between handing in and capturing.</param>
/// <param name="Lost">Anchors that the node has proof of and the ledger no longer has.</param>
/// <param name="Beyond">An anchor of more leaves than the log has: the log was set back.</param>
/// <param name="Contradicted">An anchor whose root is not that of the log's tree.</param>
internal sealed record Reconciliation(
    LedgerAnchor? Latest, IReadOnlyList<LedgerAnchor> Uncaptured, IReadOnlyList<KeptAnchor> Lost, LedgerAnchor? Beyond, LedgerAnchor? Contradicted)
{
    /// <summary>Whether ledger, proofs and log agree in everything.</summary>
    internal bool IsClean => Uncaptured.Count == 0 && Lost.Count == 0 && Beyond is null && Contradicted is null;

    /// <summary>Compares everything.</summary>
    /// <param name="chain">Anchors on the ledger, in their order.</param>
    /// <param name="kept">Proofs that the node keeps.</param>
    /// <param name="size">Leaves of the log.</param>
    /// <param name="rootAt">Root of the log's tree at a size.</param>
    /// <param name="agreed">How many of the anchors are known to agree with the log's roots already.</param>
    internal static Reconciliation Of(IReadOnlyList<LedgerAnchor> chain, AnchorHistory kept, ulong size, Func<ulong, Digest> rootAt, int agreed)
    {
        var latest = chain.LastOrDefault();
        var current = kept.Current;
        var fresh = chain.Skip(agreed).ToList();
        var contradicted = fresh.Find(a => a.Size <= size && rootAt(a.Size) != a.Root);
        // The usual case: the same anchors as before, and perhaps one more that was captured at once.
        if (agreed > 0 && contradicted is null && current.Count == chain.Count && current[^1].IsOf(latest!) && fresh.TrueForAll(kept.Holds))
            return new Reconciliation(latest, [], [], null, null);
        // Entries that cannot be read were captured, and which anchors they were of is not known: the repair puts them back and captures whatever else is missing.
        // But they excuse no anchor that is newer than all that are kept: one that was handed in and never captured is.
        var absent = chain.Where(a => a.Size <= size && !kept.Holds(a)).ToLookup(a => current.Count == 0 || a.Size > current[^1].Size);
        var onChain = chain.Select(a => (a.Size, a.Root, a.BlockNumber, a.Time)).ToHashSet();
        return new Reconciliation(
            latest,
            [.. kept.HasUnreadable ? [] : absent[false], .. absent[true]],
            [.. current.Where(a => !onChain.Contains((a.Size, a.Root, a.BlockNumber, a.BlockTime)))],
            fresh.Find(a => a.Size > size),
            contradicted);
    }
}
