using Evidence.Core.Verification;

namespace Evidence.Core.Backups;

/// <summary>Reads one backup of a medium. Where its catalogue or its list of digests was changed or is gone, that is said, and what the backup holds is made out from its files: what is there can still be proven.</summary>
internal sealed class StoredBackupReader(string folder, int number, IReadOnlyDictionary<string, MediumLog> known, Action<Finding> report)
{
    private const int MaxBytes = 64 << 20;

    /// <exception cref="FormatException">There is nothing in it that could be read.</exception>
    /// <exception cref="IOException">It cannot be read, or a file in it is none: whoever reads a pipe or a device waits for ever.</exception>
    internal StoredBackup Read()
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)) RegularFile.Check(path);
        var sums = TryRead(BackupNames.Sums);
        var files = Digests(sums);
        var stated = Catalogued(files);
        var run = stated ?? new MadeOutBackup(folder, number, known).Run();
        if (run.Logs.Count == 0) throw new FormatException("no log can be made out in it either.");
        return new StoredBackup(run, folder, Digest.Of(sums ?? []), files, stated is null);
    }

    private IReadOnlyDictionary<string, Digest> Digests(byte[]? sums)
    {
        if (sums is null) return new Dictionary<string, Digest>();
        try
        {
            return DigestList.Parse(sums) is { Count: > 0 } files ? files : throw new FormatException("It names nothing.");
        }
        catch (FormatException e)
        {
            Report(BackupNames.Sums, FindingCodes.VolumeChanged, $"The list of digests was changed: {e.Message}");
            return DigestList.ReadWhatStands(sums);
        }
    }

    private BackupRun? Catalogued(IReadOnlyDictionary<string, Digest> files)
    {
        if (TryRead(BackupNames.Catalogue) is not { } bytes) return null;
        if (!files.TryGetValue(BackupNames.Catalogue, out var expected) || expected != Digest.Of(bytes)) Report(BackupNames.Catalogue, FindingCodes.VolumeChanged, $"It is not the one that {BackupNames.Sums} names: one of the two was changed.");
        try
        {
            return BackupJson.Parse(bytes) is var run && run.Number == number ? run : throw new FormatException($"it calls itself backup {run.Number}.");
        }
        catch (FormatException e)
        {
            Report(BackupNames.Catalogue, FindingCodes.VolumeChanged, $"The catalogue cannot be used, and what the backup holds was made out from its files: {e.Message}");
            return null;
        }
    }

    private byte[]? TryRead(string name)
    {
        try
        {
            var path = Path.Combine(folder, name);
            return new FileInfo(path) is { Exists: true, Length: > MaxBytes } ? throw new IOException($"{name} is too large.") : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Report(name, FindingCodes.VolumeMissing, "The file is missing on the medium.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(name, FindingCodes.VolumeUnreadable, $"The file cannot be read: {e.Message}");
        }

        return null;
    }

    private void Report(string file, string code, string message) => report(new Finding(code, code == FindingCodes.VolumeUnreadable ? Severity.Warning : Severity.Error, Layer.Storage, $"{BackupNames.Folder(number)}/{file}", message));
}
