using Evidence.Core;

namespace Evidence.Ledger;

/// <summary>Reads the anchors of a log page by page. What the contract cannot hold is refused while it is read: an endpoint whose word is believed may state any number of any anchors.</summary>
public static class AnchorPages
{
    /// <summary>Anchors that are asked for at once.</summary>
    public const int PageSize = 500;

    /// <summary>Most anchors of a log that are read: one every quarter of a minute for eight years, about 100 bytes of memory each. A log that comes near is closed in favour of a successor.</summary>
    public const int MaxAnchors = 1 << 24;

    /// <summary>How many anchors the ledger says that it holds.</summary>
    /// <exception cref="LedgerException">The ledger could not be asked, or the number cannot be.</exception>
    public static async Task<int> CountAsync(ILedger ledger, Digest log, CancellationToken ct)
    {
        var stated = await ledger.AnchorCountAsync(log, ct);
        return stated <= MaxAnchors ? (int)stated : throw new LedgerMismatchException($"the number of anchors of log {log}", $"at most {MaxAnchors}", $"{stated}");
    }

    /// <summary>The anchors that are known, and those after them up to <paramref name="count"/>; fewer when the ledger was set back between the two questions.</summary>
    /// <exception cref="LedgerException">The ledger could not be asked, or names an anchor that is not of more leaves than the one before it.</exception>
    public static async Task<List<LedgerAnchor>> ReadOnAsync(ILedger ledger, Digest log, IReadOnlyList<LedgerAnchor> known, int count, CancellationToken ct)
    {
        var anchors = new List<LedgerAnchor>(known);
        while (anchors.Count < count)
        {
            var page = await ledger.AnchorsAsync(log, (ulong)anchors.Count, Math.Min(PageSize, count - anchors.Count), ct);
            if (page.Count == 0) break;
            foreach (var anchor in page) anchors.Add(Next(log, anchors, anchor));
        }

        return anchors;
    }

    private static LedgerAnchor Next(Digest log, List<LedgerAnchor> before, LedgerAnchor anchor)
    {
        var size = before is [.., var last] ? last.Size : 0;
        return anchor.Size > size ? anchor : throw new LedgerMismatchException($"anchor {before.Count + 1} of log {log}", $"more than {size} leaves", $"{anchor.Size}");
    }
}
