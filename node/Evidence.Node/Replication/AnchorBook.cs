using Evidence.Core;
using Evidence.Ledger;

namespace Evidence.Node.Replication;

/// <summary>The anchors that the ledger holds of each log, read page by page and only as far as they are new.</summary>
internal sealed class AnchorBook(ILedger? ledger, AnchoringContract? contract)
{
    private readonly Dictionary<Digest, List<LedgerAnchor>> _anchors = [];
    private readonly Dictionary<Digest, int> _checked = [];
    private const int MostLookedAt = 100;
    private readonly Lock _gate = new();

    /// <summary>The contract that proofs must be of; null when this node has no ledger.</summary>
    internal AnchoringContract? Contract => contract;

    /// <summary>Reads what is new. A ledger that has lost anchors is read from its beginning.</summary>
    /// <exception cref="LedgerException">The ledger could not be asked, or is not the one that is expected.</exception>
    internal async Task RefreshAsync(Digest log, CancellationToken ct)
    {
        if (ledger is null) return;
        var count = await AnchorPages.CountAsync(ledger, log, ct);
        var known = Known(log);
        if (known.Count > count || (known.Count > 0 && await FindAsync(log, known.Count - 1, ct) != known[^1])) known = [];
        var fresh = await AnchorPages.ReadOnAsync(ledger, log, known, count, ct);
        lock (_gate)
        {
            if (known.Count == 0) _checked[log] = 0;
            _anchors[log] = fresh;
        }
    }

    /// <summary>Anchors of trees of at most <paramref name="size"/> leaves that <see cref="MarkChecked"/> has not named yet.</summary>
    internal IReadOnlyList<LedgerAnchor> Unchecked(Digest log, ulong size)
    {
        lock (_gate) return [.. Known(log).Skip(_checked.GetValueOrDefault(log)).TakeWhile(anchor => anchor.Size <= size)];
    }

    internal void MarkChecked(Digest log, ulong size)
    {
        lock (_gate) _checked[log] = Known(log).TakeWhile(anchor => anchor.Size <= size).Count();
    }

    /// <summary>The newest of the last anchors that the mirror was found to agree with and of which something else holds, too; null when it holds of none.</summary>
    internal LedgerAnchor? NewestChecked(Digest log, Func<LedgerAnchor, bool> holds)
    {
        List<LedgerAnchor> last;
        lock (_gate) last = [.. Known(log).Take(_checked.GetValueOrDefault(log)).TakeLast(MostLookedAt)];
        return last.FindLast(anchor => holds(anchor));
    }

    /// <summary>How many leaves the newest anchor covers of which the ledger told; 0 if it told of none.</summary>
    internal ulong NewestSize(Digest log)
    {
        lock (_gate) return Known(log) is [.., var newest] ? newest.Size : 0;
    }

    /// <summary>Whether the ledger holds an anchor of exactly this tree.</summary>
    internal bool Holds(Digest log, ulong size, Digest root)
    {
        lock (_gate) return Known(log).Exists(anchor => anchor.Size == size && anchor.Root == root);
    }

    private async Task<LedgerAnchor?> FindAsync(Digest log, int index, CancellationToken ct) =>
        (await ledger!.AnchorsAsync(log, (ulong)index, 1, ct)).FirstOrDefault();

    private List<LedgerAnchor> Known(Digest log)
    {
        lock (_gate) return _anchors.GetValueOrDefault(log) ?? [];
    }
}
