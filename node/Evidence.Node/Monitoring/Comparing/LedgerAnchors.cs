using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Ledger;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>What the ledger says of a log in this sweep, asked afresh; or why it could not be asked.</summary>
/// <param name="Anchors">The anchors in the order of anchoring; null when the ledger could not be asked.</param>
/// <param name="Failure">Why not, or why not all of them were read; null when it answered.</param>
internal sealed record LedgerAnchors(IReadOnlyList<LedgerAnchor>? Anchors, Finding? Failure)
{
    internal static async Task<LedgerAnchors> AskAsync(ILedger? ledger, Digest log, string origin, CancellationToken ct)
    {
        if (ledger is null)
            return new LedgerAnchors(null, Report(origin, "No ledger is configured: whether the log is what was anchored was not checked."));
        try
        {
            return await ReadAsync(ledger, log, origin, ct);
        }
        catch (LedgerException e)
        {
            var message = $"The ledger could not be asked, so the log was not compared with its anchors: {e.Message}";
            return new LedgerAnchors(null, Report(origin, message)) { IsUnreachable = true };
        }
    }

    /// <summary>Whether there is a ledger that should have answered.</summary>
    internal bool IsUnreachable { get; private init; }

    /// <summary>The newest anchor of a tree of at most <paramref name="size"/> leaves.</summary>
    internal LedgerAnchor? LatestWithin(ulong size) => Anchors?.LastOrDefault(anchor => anchor.Size <= size);

    // A list that does not grow is none of the contract's: what was read is compared, and the rest is not read, for it may never end.
    private static async Task<LedgerAnchors> ReadAsync(ILedger ledger, Digest log, string origin, CancellationToken ct)
    {
        var count = await AnchorPages.CountAsync(ledger, log, ct);
        var anchors = new List<LedgerAnchor>();
        while (anchors.Count < count)
        {
            var page = await ledger.AnchorsAsync(log, (ulong)anchors.Count, Math.Min(AnchorPages.PageSize, count - anchors.Count), ct);
            if (page.Count == 0) throw new LedgerMismatchException("the anchors of the log", $"{count}, as it counts them", $"{anchors.Count}");
            foreach (var anchor in page)
            {
                anchors.Add(anchor);
                if (anchors is [.., var last, _] && anchor.Size <= last.Size)
                    return new LedgerAnchors(anchors, Report(origin, $"The ledger lists an anchor of {anchor.Size} leaves after one of {last.Size}, which the contract does not keep: its list was not read on."));
            }
        }
        return new LedgerAnchors(anchors, null);
    }

    private static Finding Report(string origin, string message) =>
        new(FindingCodes.LedgerUnreachable, Severity.Warning, Layer.Ledger, origin, message);
}
