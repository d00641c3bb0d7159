using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Storage;
using Evidence.Storage.Backups;

namespace Evidence.Node.Backups;

/// <summary>Backs a node up, whether it runs or not: what it has filed is read from its data folder, and its keys are never opened.</summary>
public static class NodeBackup
{
    /// <summary>Copies what is new of the node's log, and of those that it mirrors where that is asked for, onto a medium.</summary>
    /// <param name="configPath">The node's node.json.</param>
    /// <param name="target">The medium, its label, and whether it is read back first.</param>
    /// <param name="mirrors">Whether the logs of other nodes are backed up too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="ct">Ends it; the next run goes on.</param>
    /// <exception cref="ConfigurationException">The configuration has errors; all of them are named.</exception>
    /// <exception cref="BackupException">The medium cannot be used, or lies within the node's own folder.</exception>
    /// <exception cref="StorageException">The log is not there, cannot be backed up, or the medium is full.</exception>
    public static Task<BackupReport> RunAsync(string configPath, BackupTarget target, bool mirrors, TimeProvider time, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        var options = NodeOptionsReader.Read(configPath);
        foreach (var own in new[] { options.DataFolder, options.KeysFolder })
            if (FolderPlace.LieInEachOther(target.Folder, own)) throw new BackupException($"{target.Folder} and the node's folder {own} lie in each other, it may be through a link: name a folder of another disk. Nothing was written. 介质目录与节点目录互相包含");
        var logs = LogFolders.KeysIn(options.DataFolder).ToList();
        var ownLogs = logs.Where(keys => keys.Origin == options.Origin).ToList();
        if (ownLogs.Count != 1) throw new StorageException($"There {(ownLogs.Count == 0 ? "is no log" : "is more than one log")} {options.Origin} with a log.json that can be read in {options.DataFolder}: nothing was backed up. Run the node, or restore log.json.");
        var folders = (mirrors ? logs.Where(keys => keys != ownLogs[0]) : []).Prepend(ownLogs[0]).Select(keys => LogFolders.PathOf(options.DataFolder, keys.First));
        return MediumBackup.RunAsync(target.Folder, target.Label, [.. folders], target.ReadBack, time, progress, ct);
    }
}

/// <summary>Onto what is backed up.</summary>
/// <param name="Folder">The medium's folder.</param>
/// <param name="Label">What people call it; null: as it is called already.</param>
/// <param name="ReadBack">Whether everything on it is read back first and compared.</param>
public sealed record BackupTarget(string Folder, string? Label, bool ReadBack);
