using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Backups;

/// <summary>Puts the logs of a medium together in an empty data folder: volumes, proof files, keys, checkpoint. Index and tiles are to be made anew from them.</summary>
public static class MediumRestore
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Makes the folder that is restored into.</summary>
    /// <exception cref="BackupException">It is there and not empty.</exception>
    public static void Prepare(string dataFolder)
    {
        if (Directory.Exists(dataFolder) && Directory.EnumerateFileSystemEntries(dataFolder).Any()) throw new BackupException($"{dataFolder} is not empty: a drill restores into an empty folder, and never over anything.");
        Directory.CreateDirectory(dataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Restores every log of the medium. What does not have its digest is restored as it is, and said; so is a log without keys or checkpoint, which is not restored.</summary>
    /// <param name="medium">The medium.</param>
    /// <param name="dataFolder">The folder that was prepared.</param>
    /// <param name="findings">Takes what is wrong with the files of the medium.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="ct">Ends it; the folder may be removed then.</param>
    /// <exception cref="StorageFullException">There is no room.</exception>
    public static IReadOnlyList<RestoredLog> Run(BackupMedium medium, string dataFolder, ICollection<Finding> findings, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        var restored = new List<RestoredLog>();
        foreach (var log in medium.Logs.Values.Where(static log => log.Last is not null))
            if (new LogRestore(medium, log, Path.Combine(dataFolder, "logs", log.Last.Folder), findings, progress).Run(ct) is { } whole) restored.Add(whole);
        return restored;
    }

    private sealed class LogRestore(BackupMedium medium, MediumLog log, string folder, ICollection<Finding> findings, IProgress<BackupProgress> progress)
    {
        private readonly Dictionary<string, Digest> _digests = medium.Backups.SelectMany(static backup => backup.Files.Select(file => KeyValuePair.Create(backup.PathOf(file.Key), file.Value))).ToDictionary();
        private readonly long _total = log.Volumes.Values.Sum(static pieces => pieces[^1].To);
        private long _done;

        internal RestoredLog? Run(CancellationToken ct)
        {
            var (keys, checkpoint) = (TryRead(log.KeysFile, static bytes => LogKeysJson.Parse(bytes)), TryRead(log.CheckpointFile, static bytes => bytes));
            if (keys is null || checkpoint is null) return null;
            var files = new LogFolder(folder);
            Directory.CreateDirectory(files.Volumes);
            Directory.CreateDirectory(Path.GetDirectoryName(files.Anchors)!);
            foreach (var (number, pieces) in log.Volumes) Join(files.Volume(number), pieces.Select(static piece => piece.Path), ct);
            Join(files.Anchors, log.ProofFiles(BackupNames.Anchors), ct);
            Join(files.Cosignatures, log.ProofFiles(BackupNames.Cosignatures), ct);
            File.WriteAllBytes(files.Identity, LogIdentity.Encode(keys.History));
            File.WriteAllBytes(files.Checkpoint, checkpoint);
            return new RestoredLog(folder, keys, log.Last, [.. log.VolumeBytes.Select(volume => volume with { Pieces = [(0, files.Volume(volume.Number))] })]);
        }

        // A piece that is missing ends its file there: what follows would stand in the wrong place.
        private void Join(string path, IEnumerable<string> pieces, CancellationToken ct)
        {
            using var output = new MediumOutput(DiskMedium.Instance, path);
            foreach (var piece in pieces)
                if (!TryAdd(output, piece, ct)) break;
            output.Finish();
        }

        private bool TryAdd(MediumOutput output, string piece, CancellationToken ct)
        {
            try
            {
                using var file = new FileStream(piece, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[BufferBytes];
                for (int read; (read = file.Read(buffer)) > 0;)
                {
                    ct.ThrowIfCancellationRequested();
                    hash.AppendData(buffer, 0, read);
                    output.Write(buffer.AsSpan(0, read));
                    progress.Report(new BackupProgress(log.Last.Origin, Math.Min(_total, _done += read), _total));
                }

                Compare(piece, new Digest(hash.GetHashAndReset()));
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Report(CodeOf(e), piece, $"The file cannot be read from the medium: {e.Message}", null, null);
                return false;
            }
        }

        private T? TryRead<T>(string path, Func<byte[], T> parse)
            where T : class
        {
            try
            {
                var bytes = File.ReadAllBytes(path);
                Compare(path, Digest.Of(bytes));
                return parse(bytes);
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                Report(CodeOf(e), path, $"Without this file {log.Last.Origin} cannot be restored: {e.Message}", null, null);
                return null;
            }
        }

        private void Compare(string path, Digest actual)
        {
            if (_digests.TryGetValue(path, out var expected) && expected == actual) return;
            Report(FindingCodes.VolumeChanged, path, "The file does not have the digest that its backup states.", expected.ToString(), actual.ToString());
        }

        private static string CodeOf(Exception e) => e is FileNotFoundException or DirectoryNotFoundException ? FindingCodes.VolumeMissing : FindingCodes.VolumeUnreadable;

        private void Report(string code, string path, string message, string? expected, string? actual) =>
            findings.Add(new Finding(code, Severity.Error, Layer.Storage, Path.GetRelativePath(medium.Folder, path), message, expected, actual));
    }
}

/// <summary>A log that was put together from a medium.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Keys">Its keys as the medium states them.</param>
/// <param name="Stated">What the medium says of it.</param>
/// <param name="Volumes">Its volumes, as they must be.</param>
public sealed record RestoredLog(string Folder, StatedLogKeys Keys, BackedUpLog Stated, IReadOnlyList<VolumeBytes> Volumes);
