using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Verification;
using Evidence.Ledger;

namespace Evidence.Node.Verification;

/// <summary>
/// Asks the ledger itself whether it still holds an anchor. The captured proof needs no answer; one that contradicts it is a finding, and
/// none at all is said.
/// </summary>
internal sealed class LedgerComparison(ILedger? ledger)
{
    /// <summary>What the ledger says against the anchor.</summary>
    /// <param name="proof">The anchor's proof.</param>
    /// <param name="index">Where the anchor should stand among those of its log on the ledger.</param>
    /// <param name="ct">Ends the wait.</param>
    internal async Task<IReadOnlyList<Finding>> CompareAsync(AnchorProof proof, int index, CancellationToken ct)
    {
        if (ledger is null) return [];
        try
        {
            return await FindAsync(ledger, proof.LogId, proof.Size, index, ct) switch
            {
                null => [Finding(FindingCodes.LedgerLostAnchors, Severity.Warning, $"The ledger no longer holds the anchor of {proof.Size} leaves.")],
                { } anchor when anchor.Root != proof.Root =>
                    [Finding(FindingCodes.AnchorChanged, Severity.Error, $"The ledger holds another root for {proof.Size} leaves.", proof.Root.ToString(), anchor.Root.ToString())],
                _ => [],
            };
        }
        catch (LedgerMismatchException e)
        {
            return [Finding(FindingCodes.AnchorUnexpected, Severity.Warning, $"The configured ledger is not the expected one: {e.Message}")];
        }
        catch (LedgerException e)
        {
            return [Finding(FindingCodes.LedgerUnreachable, Severity.Info, $"The ledger was not asked again; the verdict rests on the captured proof. {e.Message}")];
        }
    }

    private static async Task<LedgerAnchor?> FindAsync(ILedger ledger, Digest log, ulong size, int index, CancellationToken ct)
    {
        if (await ledger.AnchorsAsync(log, (ulong)index, 1, ct) is [var expected] && expected.Size == size) return expected;
        // Sizes strictly increase. By halving, whatever number of anchors is stated costs 64 questions at most; where it is more than there are, the upper half is empty.
        var (low, high) = (0UL, await ledger.AnchorCountAsync(log, ct));
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var page = await ledger.AnchorsAsync(log, middle, 1, ct);
            if (page is [var anchor] && anchor.Size == size) return anchor;
            if (page is [var smaller] && smaller.Size < size) low = middle + 1;
            else high = middle;
        }

        return null;
    }

    private static Finding Finding(string code, Severity severity, string message, string? expected = null, string? actual = null) =>
        new(code, severity, Layer.Ledger, "ledger", message, expected, actual);
}
