using Evidence.Core.Verification;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Recovery;

/// <summary>Opens the index, or begins a new one where the old one cannot be used.</summary>
internal static class IndexOpening
{
    private const string Current = "CURRENT";

    /// <summary>The index, and whether it must be rebuilt from the volumes.</summary>
    /// <exception cref="StorageException">The index is open elsewhere, or may not be read.</exception>
    /// <exception cref="LevelDbException">There is no room to open it: it is as before.</exception>
    internal static (RecordIndex Index, bool Rebuild) Open(LogStore store)
    {
        RecordIndex? index = null;
        try
        {
            ThrowIfHeadless(store.Files.Index);
            index = RecordIndex.Open(store.Files.Index);
            var rebuild = index.Volumes().Count == 0 && Directory.EnumerateFiles(store.Files.Volumes, "v*.tar").Any();
            if (rebuild && !index.IsRenewed && store.Published.Current is { Checkpoint.Size: > 0 }) // before the first leaf is published this is what a crash within the first batch leaves
                store.Report(new Finding(FindingCodes.IndexMissing, Severity.Error, Layer.Storage, store.Files.Index, "The index was missing or empty and was rebuilt from the volumes."));
            return (index, rebuild);
        }
        catch (LevelDbException e) when (e.IsRefusal)
        {
            throw new StorageException($"The index of {store.Origin} is open elsewhere, or this process may not open it: {e.Message}", e);
        }
        catch (LevelDbException e) when (!e.IsDiskFull) // a full disk is no damage
        {
            index?.Dispose();
            return (MakeAnew(store, e), true);
        }
    }

    /// <summary>Puts a damaged index aside and begins a new one.</summary>
    internal static RecordIndex MakeAnew(LogStore store, LevelDbException damage)
    {
        var finding = new Finding(FindingCodes.IndexUnreadable, Severity.Error, Layer.Storage, store.Files.Index, $"The index could not be read and was rebuilt from the volumes: {damage.Message}");
        store.Report(finding);
        store.Quarantine.Move("index", store.Files.Index, FindingText.Of(finding)); // a crash after this: it is missing, and made anew
        return RecordIndex.Open(store.Files.Index);
    }

    // LevelDB would begin a new database over what is left of the old one, and take in its last log alone: an index with holes that looks whole.
    private static void ThrowIfHeadless(string folder)
    {
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, Current)) && Directory.EnumerateFiles(folder, "*.l*").Any())
            throw new LevelDbException($"Corruption: {folder} has no file {Current}.");
    }
}
