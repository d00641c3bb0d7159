using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Sweeping;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Reads the index from its files again and compares it with the volumes in both directions.</summary>
internal static class IndexComparison
{
    /// <param name="store">The log.</param>
    /// <param name="plan">What the volumes were read for.</param>
    /// <param name="entries">The sum of what they gave.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What was found, or null when there is no room on the disk to open the files again, so that nothing was compared.</returns>
    internal static async Task<IReadOnlyList<Finding>?> RunAsync(LogStore store, SweepPlan plan, EntryPrint entries, CancellationToken ct)
    {
        var findings = new List<Finding>();
        try
        {
            if (!store.ReopenIndex()) return null;
            if (await store.IndexAgreesAsync(plan, entries, ct)) return [];
            await foreach (var finding in store.CompareIndexAsync(ct)) findings.Add(finding);
        }
        catch (LevelDbException e)
        {
            findings.Add(new Finding(FindingCodes.IndexUnreadable, Severity.Error, Layer.Storage, "index", $"The index cannot be read: {e.Message}"));
        }
        return findings;
    }
}
