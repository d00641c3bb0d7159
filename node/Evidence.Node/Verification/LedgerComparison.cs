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
    private const int PageSize = 500;

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
        for (ulong from = 0; ; from += PageSize)
        {
            var page = await ledger.AnchorsAsync(log, from, PageSize, ct);
            if (page.FirstOrDefault(a => a.Size == size) is { } found) return found;
            if (page.Count < PageSize) return null;
        }
    }

    private static Finding Finding(string code, Severity severity, string message, string? expected = null, string? actual = null) =>
        new(code, severity, Layer.Ledger, "ledger", message, expected, actual);
}
