using Evidence.Core.Verification;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Recovery;

/// <summary>Opens the index, or begins a new one where the old one cannot be used.</summary>
internal static class IndexOpening
{
    /// <summary>The index, and whether it must be rebuilt from the volumes.</summary>
    /// <exception cref="StorageException">The index is open elsewhere.</exception>
    internal static (RecordIndex Index, bool Rebuild) Open(LogStore store)
    {
        try
        {
            var index = RecordIndex.Open(store.Files.Index);
            var rebuild = index.Volumes().Count == 0 && Directory.EnumerateFiles(store.Files.Volumes, "v*.tar").Any();
            if (rebuild && store.Published.Current is not null) // before the first checkpoint this is what a crash within the first batch leaves
                store.Report(new Finding(FindingCodes.IndexMissing, Severity.Error, Layer.Storage, store.Files.Index, "The index was missing or empty and was rebuilt from the volumes."));
            return (index, rebuild);
        }
        catch (LevelDbException e) when (IsInUse(e))
        {
            throw new StorageException($"The index of {store.Origin} is open elsewhere: {e.Message}", e);
        }
        catch (LevelDbException e)
        {
            var finding = new Finding(FindingCodes.IndexUnreadable, Severity.Error, Layer.Storage, store.Files.Index, $"The index could not be opened and was rebuilt from the volumes: {e.Message}");
            store.Report(finding);
            store.Quarantine.Move("index", store.Files.Index, FindingText.Of(finding));
            return (RecordIndex.Open(store.Files.Index), true);
        }
    }

    private static bool IsInUse(LevelDbException error) =>
        error.Message.Contains("lock", StringComparison.OrdinalIgnoreCase) && error.Message.StartsWith("IO error", StringComparison.Ordinal);
}
