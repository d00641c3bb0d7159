using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.LevelDb;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Reads the index from its files again and compares it with the volumes in both directions.</summary>
internal static class IndexComparison
{
    /// <returns>What was found, or null when there is no room on the disk to open the files again, so that nothing was compared.</returns>
    internal static async Task<IReadOnlyList<Finding>?> RunAsync(LogStore store, CancellationToken ct)
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
