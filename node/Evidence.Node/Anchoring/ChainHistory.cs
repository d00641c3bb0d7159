using Evidence.Core;
using Evidence.Ledger;

namespace Evidence.Node.Anchoring;

/// <summary>The anchors of one log as the ledger has them, read only as far as they are new.</summary>
internal sealed class ChainHistory(ILedger ledger, Digest logId)
{
    private List<LedgerAnchor> _anchors = [];

    /// <summary>How many of the anchors were the same when they were read before; 0 after the chain was set back.</summary>
    internal int Unchanged { get; private set; }

    /// <summary>Asks the ledger. One that was set back is read from its beginning.</summary>
    /// <exception cref="LedgerException">The ledger could not be asked, or is not the one that is configured.</exception>
    internal async Task<IReadOnlyList<LedgerAnchor>> ReadAsync(CancellationToken ct)
    {
        var count = await AnchorPages.CountAsync(ledger, logId, ct);
        IReadOnlyList<LedgerAnchor> known = await StillHoldsAsync(count, ct) ? _anchors : [];
        Unchanged = known.Count;
        return _anchors = await AnchorPages.ReadOnAsync(ledger, logId, known, count, ct);
    }

    private async Task<bool> StillHoldsAsync(int count, CancellationToken ct)
    {
        if (_anchors.Count == 0 || count < _anchors.Count) return false;
        var last = await ledger.AnchorsAsync(logId, (ulong)_anchors.Count - 1, 1, ct);
        return last is [var anchor] && anchor == _anchors[^1];
    }
}
