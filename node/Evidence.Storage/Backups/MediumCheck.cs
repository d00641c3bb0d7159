using System.Globalization;
using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Backups;

/// <summary>Holds what is on a medium to its own digests, before it is gone on with.</summary>
internal static class MediumCheck
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Every file that the backups name is there and in their lists of digests and, where it is read back, has its digest. Empty when all is well.</summary>
    internal static IReadOnlyList<Finding> Run(BackupMedium medium, bool readBack, IProgress<BackupProgress> progress, CancellationToken ct, out long bytes)
    {
        var findings = medium.Findings.Where(static f => f.Severity == Severity.Error || f.Code == FindingCodes.VolumeUnreadable).Select(static f => f with { Severity = Severity.Error }).ToList();
        var files = medium.Backups.SelectMany(static backup => backup.Files.Select(file => (Name: $"{BackupNames.Folder(backup.Run.Number)}/{file.Key}", Path: backup.PathOf(file.Key), Sha256: file.Value))).ToList();
        foreach (var (name, _, _) in files.Where(static file => !File.Exists(file.Path))) findings.Add(new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, name, "The file is missing on the medium. Put the medium aside and begin another one."));
        foreach (var backup in medium.Backups) findings.AddRange(backup.Run.Logs.SelectMany(log => log.Volumes.Select(piece => WrongLength(backup, BackupNames.Of(log.Folder, piece), piece.To - piece.From)).OfType<Finding>()));
        // What only one of them names is neither looked for above nor read back below, and the next backup would build on it.
        foreach (var finding in medium.Backups.SelectMany(static backup => BackupListing.Compare(backup, Layer.Storage))) findings.Add(finding with { Message = $"{finding.Message} Put the medium aside and begin another one." });
        bytes = 0;
        if (!readBack) return findings;
        var total = files.Where(static file => File.Exists(file.Path)).Sum(static file => new FileInfo(file.Path).Length);
        foreach (var (name, path, expected) in files.Where(static file => File.Exists(file.Path)))
        {
            if (ReadBack(path, ct, ref bytes) is var actual && actual != expected)
                findings.Add(new Finding(FindingCodes.VolumeChanged, Severity.Error, Layer.Storage, name, "The file does not have the digest that the medium states. Put the medium aside and begin another one.", expected.ToString(), actual?.ToString() ?? "cannot be read"));
            progress.Report(new BackupProgress(medium.Folder, bytes, total));
        }

        return findings;
    }

    private static Finding? WrongLength(StoredBackup backup, string name, long expected) => new FileInfo(backup.PathOf(name)) is { Exists: true } file && file.Length != expected
        ? new Finding(FindingCodes.VolumeChanged, Severity.Error, Layer.Storage, $"{BackupNames.Folder(backup.Run.Number)}/{name}", "The file does not have the length that the medium states. Put the medium aside and begin another one.", Text(expected), Text(file.Length))
        : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>SHA-256 of the file as the medium has it, past the page cache where that can be; null when it cannot be read.</summary>
    internal static Digest? ReadBack(string path, CancellationToken ct, ref long bytes)
    {
        try
        {
            using var reader = new MediumReader(path, fromMedium: true);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferBytes];
            long at = 0;
            for (int read; (read = reader.Read(buffer, at)) > 0; at += read)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            bytes += at;
            return new Digest(hash.GetHashAndReset());
        }
        catch (IOException)
        {
            return null;
        }
    }
}
