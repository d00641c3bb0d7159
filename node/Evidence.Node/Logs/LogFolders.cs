using Evidence.Core.Notes;
using Evidence.Storage;

namespace Evidence.Node.Logs;

/// <summary>Which logs lie in a data folder.</summary>
internal static class LogFolders
{
    internal static string PathOf(string dataFolder, VerifierKey key) => Path.Combine(dataFolder, "logs", LogStore.FolderName(key));

    /// <summary>The keys of the logs that are there. A folder without a log.json that can be read was never completed, or is damaged: the sweep and the replication report it.</summary>
    internal static IEnumerable<LogKeyHistory> KeysIn(string dataFolder)
    {
        foreach (var name in NamesIn(dataFolder))
            if (ReadKeys(Path.Combine(dataFolder, "logs", name, LogIdentity.FileName)) is { } keys && LogStore.FolderName(keys.First) == name) yield return keys;
    }

    /// <summary>Of logs that are known otherwise, those that are there with volumes and without a log.json that can be read.</summary>
    internal static IEnumerable<LogKeyHistory> UnnamedIn(string dataFolder, IEnumerable<VerifierKey> known)
    {
        foreach (var key in known)
        {
            var volumes = new DirectoryInfo(Path.Combine(PathOf(dataFolder, key), "volumes"));
            if (volumes.Exists && volumes.EnumerateFiles().Any() && ReadKeys(Path.Combine(PathOf(dataFolder, key), LogIdentity.FileName)) is null) yield return new LogKeyHistory(key);
        }
    }

    /// <summary>The names of all folders among the logs.</summary>
    internal static IEnumerable<string> NamesIn(string dataFolder)
    {
        var logs = new DirectoryInfo(Path.Combine(dataFolder, "logs"));
        return logs.Exists ? logs.EnumerateDirectories().Select(folder => folder.Name).Order(StringComparer.Ordinal) : [];
    }

    private static LogKeyHistory? ReadKeys(string file)
    {
        try
        {
            return LogIdentity.Parse(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return null;
        }
    }
}
