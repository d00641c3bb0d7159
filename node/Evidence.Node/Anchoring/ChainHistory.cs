using Evidence.Core;
using Evidence.Ledger;

namespace Evidence.Node.Anchoring;

/// <summary>The anchors of one log as the ledger has them, read only as far as they are new.</summary>
internal sealed class ChainHistory(ILedger ledger, Digest logId)
{
    private const int PageSize = 500;
    private List<LedgerAnchor> _anchors = [];

    /// <summary>How many of the anchors were the same when they were read before; 0 after the chain was set back.</summary>
    internal int Unchanged { get; private set; }

    /// <summary>Asks the ledger. One that was set back is read from its beginning.</summary>
    /// <exception cref="LedgerException">The ledger could not be asked, or is not the one that is configured.</exception>
    internal async Task<IReadOnlyList<LedgerAnchor>> ReadAsync(CancellationToken ct)
    {
        var stated = await ledger.AnchorCountAsync(logId, ct);
        if (stated > int.MaxValue) throw new LedgerMismatchException($"the number of anchors of log {logId}", $"at most {int.MaxValue}", $"{stated}");
        var count = (int)stated;
        var anchors = await StillHoldsAsync(count, ct) ? new List<LedgerAnchor>(_anchors) : [];
        Unchanged = anchors.Count;
        while (anchors.Count < count)
        {
            var page = await ledger.AnchorsAsync(logId, (ulong)anchors.Count, Math.Min(PageSize, count - anchors.Count), ct);
            if (page.Count == 0) break; // set back between the two questions: the next round sees the smaller count
            anchors.AddRange(page);
        }
        return _anchors = anchors;
    }

    private async Task<bool> StillHoldsAsync(int count, CancellationToken ct)
    {
        if (_anchors.Count == 0 || count < _anchors.Count) return false;
        var last = await ledger.AnchorsAsync(logId, (ulong)_anchors.Count - 1, 1, ct);
        return last is [var anchor] && anchor == _anchors[^1];
    }
}
