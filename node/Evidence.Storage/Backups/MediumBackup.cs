using Evidence.Core.Backups;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Backups;

/// <summary>Backs logs up onto a medium: a folder of any file system, removable or not.</summary>
public static class MediumBackup
{
    /// <summary>
    /// Copies what is new of each log, up to its checkpoint. Reads the logs' files alone, so a node may write them meanwhile. Whatever ends it, the medium is as it was with the last backup that came to its end, and the next run goes on.
    /// </summary>
    /// <param name="folder">The medium: empty, or with backups of the same log.</param>
    /// <param name="label">What people call it; null: as it is called already.</param>
    /// <param name="logs">The folders of the logs, the node's own first.</param>
    /// <param name="readBack">Whether everything on the medium is read back first and compared with its digests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="ct">Ends it; what was written whole is kept for the next run.</param>
    /// <exception cref="BackupException">The folder is no medium of this log, or what is on it is damaged: nothing was written.</exception>
    /// <exception cref="DataFolderInUseException">Another backup onto the medium is under way.</exception>
    /// <exception cref="StorageFullException">The medium is full.</exception>
    /// <exception cref="StorageException">A log cannot be backed up; the message says why.</exception>
    public static Task<BackupReport> RunAsync(string folder, string? label, IReadOnlyList<string> logs, bool readBack, TimeProvider time, IProgress<BackupProgress> progress, CancellationToken ct) =>
        RunAsync(folder, label, logs, readBack, DiskMedium.Instance, time, progress, ct);

    internal static async Task<BackupReport> RunAsync(string folder, string? label, IReadOnlyList<string> logs, bool readBack, IMedium medium, TimeProvider time, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (!Directory.Exists(folder)) throw new BackupException($"{folder} is not there: mount the medium, or make the folder.");
        using var held = Libc.TryLockFolder(folder) ?? throw new DataFolderInUseException($"Another backup onto {folder} is under way. Wait until it is done.");
        var target = Open(folder);
        var damage = MediumCheck.Run(target, readBack, progress, ct, out var bytes);
        var last = target.Backups.LastOrDefault()?.Run;
        if (damage.Count > 0) return new BackupReport(last?.Medium ?? default, last?.Label ?? "", target.Backups.Count, false, 0, 0, readBack ? bytes : null, [], damage);
        try
        {
            using var writer = new BackupWriter(medium, target);
            writer.Resume(ct);
            var taken = time.GetUtcNow();
            var backups = new List<LogBackup>();
            foreach (var source in Sources(logs, target)) backups.Add(await RunAsync(source, target, writer, progress, ct));
            var run = new BackupRun(last?.Medium ?? Guid.NewGuid(), label ?? last?.Label ?? "", writer.Number, target.Backups.LastOrDefault()?.SumsSha256, taken, [.. backups.Select(static b => b.Catalogued)]);
            ct.ThrowIfCancellationRequested(); // from here on it goes through
            var isNew = backups.Exists(static b => b.IsNew) || run.Label != last?.Label;
            if (isNew) writer.Commit(run);
            else writer.Abandon();
            return new BackupReport(run.Medium, run.Label, isNew ? run.Number : target.Backups.Count, isNew, writer.Resumed.Count, isNew ? writer.Written : 0, readBack ? bytes : null, [.. backups.Select(static b => b.Report)], []);
        }
        catch (StorageFullException e)
        {
            throw new StorageFullException($"The medium {target.Folder} is full. {Stands(target)} Make room on it and give the command again, which goes on; or use a larger one.", e);
        }
    }

    private static async Task<LogBackup> RunAsync(SourceLog source, BackupMedium target, BackupWriter writer, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        var backup = new LogBackup(source, target.Logs.GetValueOrDefault(source.Name), writer, progress);
        await backup.RunAsync(ct);
        return backup;
    }

    private static BackupMedium Open(string folder)
    {
        var target = BackupMedium.Open(folder);
        var strange = target.Findings.Where(static f => f.Severity != Severity.Info && f.Subject != BackupNames.Readme).ToList();
        if (target.Backups.Count == 0 && strange.Count > 0 && !strange.Exists(static f => BackupNames.TryParseFolder(f.Subject, out _)))
            throw new BackupException($"{folder} holds no backup, and is not empty: {string.Join(", ", strange.Take(5).Select(static f => f.Subject))}. Name an empty folder.");
        return target;
    }

    private static IEnumerable<SourceLog> Sources(IReadOnlyList<string> logs, BackupMedium target)
    {
        for (var i = 0; i < logs.Count; i++)
        {
            var source = SourceLog.Open(logs[i]);
            if (source is null && i == 0) throw new StorageException($"The log in {logs[i]} has no checkpoint yet: there is nothing to back up. File a record first.");
            if (source is null) continue; // a mirror that nothing has come to yet
            if (i == 0 && target.Backups is [var first, ..] && first.Run.Logs[0].LogId != source.Keys.LogId)
                throw new BackupException($"{target.Folder} is a medium of the log {first.Run.Logs[0].Origin} ({first.Run.Logs[0].LogId}), and this is {source.Keys.Origin} ({source.Keys.LogId}). Nothing was written; use a medium of its own.");
            yield return source;
        }
    }

    private static string Stands(BackupMedium target) => target.Backups.LastOrDefault() is { Run: var run }
        ? $"The backup {BackupNames.Folder(run.Number)} on it stands, complete up to {string.Join(", ", run.Logs.Select(static log => $"{log.Size} leaves of {log.Origin}"))}."
        : "There is no whole backup on it.";
}
