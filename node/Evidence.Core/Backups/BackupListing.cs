using Evidence.Core.Verification;

namespace Evidence.Core.Backups;

/// <summary>Holds to each other what the catalogue of a backup names, what its list of digests names, and what lies in its folder.</summary>
internal static class BackupListing
{
    /// <summary>Every file that one of them names and another does not. Empty for a backup without a catalogue or a list: nobody states what it holds, which has been said.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    internal static IEnumerable<Finding> Compare(StoredBackup backup, Layer layer)
    {
        if (backup.IsMadeOut || backup.Files.Count == 0) yield break;
        var named = BackupNames.Of(backup.Run).ToHashSet(StringComparer.Ordinal);
        foreach (var file in named.Where(file => !backup.Files.ContainsKey(file))) yield return Of(FindingCodes.PackageMissing, file, "The catalogue names the file, and the list of digests does not.");
        foreach (var file in backup.Files.Keys.Where(file => !named.Contains(file))) yield return Of(FindingCodes.PackageUnexpected, file, "The list of digests names the file, and the catalogue does not.");
        foreach (var path in Directory.EnumerateFiles(backup.Folder, "*", SearchOption.AllDirectories))
            if (Path.GetRelativePath(backup.Folder, path) is var file && file != BackupNames.Sums && !backup.Files.ContainsKey(file))
                yield return Of(FindingCodes.PackageUnexpected, file, "The file is in the backup, and its list of digests does not name it.");

        Finding Of(string code, string file, string message) => new(code, Severity.Error, layer, $"{BackupNames.Folder(backup.Run.Number)}/{file}", message);
    }
}
