using Evidence.Core.Verification;

namespace Evidence.Core.Backups;

/// <summary>What lies on a medium: its backups in order, each bound to the one before. Says what does not fit and goes on as far as it can.</summary>
public sealed class BackupMedium
{
    private readonly List<StoredBackup> _backups = [];
    private readonly List<Finding> _findings = [];
    private readonly SortedDictionary<string, MediumLog> _logs = new(StringComparer.Ordinal);

    private BackupMedium(string folder) => Folder = folder;

    /// <summary>The medium's folder.</summary>
    public string Folder { get; }

    /// <summary>The backups, the first one first.</summary>
    public IReadOnlyList<StoredBackup> Backups => _backups;

    /// <summary>What does not fit: a backup that cannot be read, one that is missing between others, files that nothing accounts for. Backups that were broken off are told for information.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The logs by the names of their folders.</summary>
    internal IReadOnlyDictionary<string, MediumLog> Logs => _logs;

    /// <summary>Whether a folder looks like a medium: it has a first backup, or one that was begun.</summary>
    public static bool IsMedium(string folder) => Directory.Exists(folder) && Directory.EnumerateDirectories(folder).Any(static path => IsBackup(Path.GetFileName(path)));

    /// <summary>Reads the catalogues of a medium.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static BackupMedium Open(string folder)
    {
        var medium = new BackupMedium(Path.GetFullPath(folder));
        medium.Read();
        return medium;
    }

    private static bool IsBackup(string name) => BackupNames.TryParseFolder(name, out _) || BackupNames.IsUnfinished(name);

    private void Read()
    {
        var folders = new SortedSet<int>();
        foreach (var path in Directory.EnumerateFileSystemEntries(Folder)) Look(Path.GetFileName(path), folders);
        CheckReadme();
        foreach (var number in folders) TryAdd(number);
    }

    private void Look(string name, SortedSet<int> folders)
    {
        if (BackupNames.TryParseFolder(name, out var number)) folders.Add(number);
        else if (BackupNames.IsUnfinished(name)) Report(FindingCodes.VolumeUnexpected, Severity.Info, name, "A backup that did not come to its end: it does not count, and the next backup goes on with it.");
        else if (name is not (BackupNames.Readme or "lost+found") && !BackupNames.IsJournal(name)) Report(FindingCodes.VolumeUnexpected, Severity.Warning, name, "Nothing that a backup writes.");
    }

    private void CheckReadme()
    {
        var path = Path.Combine(Folder, BackupNames.Readme);
        if (!File.Exists(path)) Report(FindingCodes.PackageMissing, Severity.Warning, BackupNames.Readme, "The text that says how to check the medium is missing.");
        else if (RegularFile.IsStream(path) || RegularFile.LengthOf(new FileInfo(path)) != ReadmeText.Bytes.Length || !File.ReadAllBytes(path).AsSpan().SequenceEqual(ReadmeText.Bytes)) // whoever reads a pipe waits for ever
            Report(FindingCodes.TextDiffers, Severity.Error, BackupNames.Readme, "The text that says how to check the medium is not the one that a backup writes.");
    }

    // What was changed ends nothing: every other file can still be held to what is known of it.
    private void TryAdd(int number)
    {
        var name = BackupNames.Folder(number);
        try
        {
            var backup = new StoredBackupReader(Path.Combine(Folder, name), number, _logs, _findings.Add).Read();
            if (FindBreak(backup) is { } why) Report(FindingCodes.VolumeChanged, Severity.Error, name, why);
            foreach (var log in backup.Run.Logs) LogOf(log).Add(backup, log, fault => Report(FindingCodes.VolumeMissing, Severity.Error, name, fault));
            _backups.Add(backup);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            Report(FindingCodes.VolumeUnreadable, Severity.Error, name, $"The backup cannot be read and does not count: {e.Message}");
        }
    }

    private MediumLog LogOf(BackedUpLog log)
    {
        if (!_logs.TryGetValue(log.Folder, out var known)) _logs[log.Folder] = known = new MediumLog();
        return known;
    }

    private string? FindBreak(StoredBackup backup)
    {
        var last = _backups.LastOrDefault();
        var before = (last?.Run.Number ?? 0) + 1;
        if (backup.Run.Number != before) return $"The backup {BackupNames.Folder(before)} before it is missing, or cannot be read.";
        if (backup.IsMadeOut || last is { IsMadeOut: true }) return null; // that its catalogue was changed has been said
        if (last is not null && last.Run.Medium != backup.Run.Medium) return "It is of another medium than the backup before it.";
        return last?.SumsSha256 == backup.Run.Previous ? null : "It does not name the backup before it: one of the two was changed or exchanged.";
    }

    private void Report(string code, Severity severity, string subject, string message) => _findings.Add(new Finding(code, severity, Layer.Storage, subject, message));
}
