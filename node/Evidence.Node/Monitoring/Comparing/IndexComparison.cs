using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Sweeping;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Reads the index from its files again and compares it with the volumes in both directions.</summary>
internal static class IndexComparison
{
    /// <summary>Whether the index holds just what the volumes gave; false also when that could not be found out in this way.</summary>
    internal static async Task<bool> AgreesAsync(LogStore store, SweepPlan plan, EntryPrint entries, CancellationToken ct)
    {
        try
        {
            return store.ReopenIndex() && await store.IndexAgreesAsync(plan, entries, ct);
        }
        catch (LevelDbException)
        {
            return false;
        }
    }

    /// <summary>Names what is wrong with an index that does not agree.</summary>
    /// <param name="store">The log.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What was found, or null when there is no room on the disk to open the files again, so that nothing was compared.</returns>
    internal static async Task<IReadOnlyList<Finding>?> NameAsync(LogStore store, CancellationToken ct)
    {
        var findings = new List<Finding>();
        try
        {
            if (!store.ReopenIndex()) return null;
            await foreach (var finding in store.CompareIndexAsync(ct)) findings.Add(finding);
        }
        catch (LevelDbException e)
        {
            findings.Add(new Finding(FindingCodes.IndexUnreadable, Severity.Error, Layer.Storage, "index", $"The index cannot be read: {e.Message}"));
        }
        return findings;
    }
}
