using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Backups;

/// <summary>Puts the logs of a medium together in an empty data folder: volumes, proof files, keys, checkpoint. Index and tiles are to be made anew from them.</summary>
public static class MediumRestore
{
    private const int BufferBytes = 1 << 20;
    private const int Sector = 4096;

    /// <summary>Makes the folder that is restored into.</summary>
    /// <exception cref="BackupException">It is there and not empty.</exception>
    public static void Prepare(string dataFolder)
    {
        if (Directory.Exists(dataFolder) && Directory.EnumerateFileSystemEntries(dataFolder).Any()) throw new BackupException($"{dataFolder} is not empty: a drill restores into an empty folder, and never over anything.");
        Directory.CreateDirectory(dataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Restores every log of the medium. What does not have its digest is restored as it is, and said; so is a log whose keys nobody has, which is not restored. Of a volume that is there in parts only the first one is restored.</summary>
    /// <param name="medium">The medium.</param>
    /// <param name="trust">Whose key is taken for a log whose own keys are lost; null: nobody's.</param>
    /// <param name="dataFolder">The folder that was prepared.</param>
    /// <param name="findings">Takes what is wrong with the files of the medium.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="ct">Ends it; the folder may be removed then.</param>
    /// <exception cref="StorageFullException">There is no room.</exception>
    public static IReadOnlyList<RestoredLog> Run(BackupMedium medium, TrustPolicy? trust, string dataFolder, ICollection<Finding> findings, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        var restored = new List<RestoredLog>();
        foreach (var log in medium.Logs.Values.Where(static log => log.Last is not null))
            if (new LogRestore(medium, log, trust, Path.Combine(dataFolder, "logs", log.Last.Folder), findings, progress).Run(ct) is { } whole) restored.Add(whole);
        return restored;
    }

    private sealed class LogRestore(BackupMedium medium, MediumLog log, TrustPolicy? trust, string folder, ICollection<Finding> findings, IProgress<BackupProgress> progress)
    {
        private readonly Dictionary<string, Digest> _digests = medium.Backups.SelectMany(static backup => backup.Files.Select(file => KeyValuePair.Create(backup.PathOf(file.Key), file.Value))).ToDictionary();
        private readonly long _total = log.Volumes.Values.Sum(static pieces => pieces[^1].To);
        private long _done;

        internal RestoredLog? Run(CancellationToken ct)
        {
            if (MediumKeys.Find(log, trust, Report) is not { } keys) return null;
            var files = new LogFolder(folder);
            Directory.CreateDirectory(files.Volumes);
            Directory.CreateDirectory(Path.GetDirectoryName(files.Anchors)!);
            var volumes = log.VolumeBytes.Select(part => part.Start > 0 ? part : Restored(part, files.Volume(part.Number), ct)).ToList();
            Join(files.Anchors, log.ProofFiles(BackupNames.Anchors), ct);
            Join(files.Cosignatures, log.ProofFiles(BackupNames.Cosignatures), ct);
            File.WriteAllBytes(files.Identity, LogIdentity.Encode(keys.History));
            if (TryRead(log.CheckpointFile) is { } checkpoint) File.WriteAllBytes(files.Checkpoint, checkpoint);
            return new RestoredLog(folder, keys, log.Last, volumes, log.Tiles.All(IsAsItWas) ? log.Tiles : []);
        }

        private VolumeBytes Restored(VolumeBytes part, string path, CancellationToken ct)
        {
            Join(path, part.Pieces.Select(static piece => piece.Path), ct);
            return part with { Pieces = [(0, path)] };
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
                using var file = File.OpenHandle(piece, options: FileOptions.SequentialScan);
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var (buffer, length, unreadable) = (new byte[BufferBytes], RandomAccess.GetLength(file), 0L);
                for (long at = 0; at < length;)
                {
                    ct.ThrowIfCancellationRequested();
                    var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
                    unreadable += ReadOrZero(file, part, at);
                    hash.AppendData(part);
                    output.Write(part);
                    at += part.Length;
                    progress.Report(new BackupProgress(log.Last.Origin, Math.Min(_total, _done += part.Length), _total));
                }

                if (unreadable > 0) Report(FindingCodes.VolumeUnreadable, piece, $"{unreadable} bytes cannot be read from the medium; zeros stand for them in what was restored.", null, null);
                else Compare(piece, new Digest(hash.GetHashAndReset()));
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Report(piece, e);
                return false;
            }
        }

        /// <summary>Reads what can be read, and says how many bytes could not.</summary>
        private static int ReadOrZero(SafeFileHandle file, Span<byte> into, long at)
        {
            try
            {
                into[FileReads.ReadFully(file, into, at)..].Clear(); // it became shorter
                return 0;
            }
            catch (IOException) when (into.Length > Sector)
            {
                var bad = 0;
                for (var done = 0; done < into.Length; done += Sector) bad += ReadOrZero(file, into.Slice(done, Math.Min(Sector, into.Length - done)), at + done);
                return bad;
            }
            catch (IOException)
            {
                into.Clear();
                return into.Length;
            }
        }

        private byte[]? TryRead(string path)
        {
            try
            {
                var bytes = File.ReadAllBytes(path);
                Compare(path, Digest.Of(bytes));
                return bytes;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Report(path, e);
                return null;
            }
        }

        private bool IsAsItWas(string tiles)
        {
            var bytes = 0L;
            return _digests.TryGetValue(tiles, out var expected) && File.Exists(tiles) && MediumCheck.ReadBack(tiles, CancellationToken.None, ref bytes) == expected;
        }

        private void Compare(string path, Digest actual)
        {
            if (!_digests.TryGetValue(path, out var expected) || expected == actual) return; // of what no list names anything was said already
            Report(FindingCodes.VolumeChanged, path, "The file does not have the digest that its backup states.", expected.ToString(), actual.ToString());
        }

        private void Report(string path, Exception e) => Report(
            e switch { FileNotFoundException or DirectoryNotFoundException => FindingCodes.VolumeMissing, FormatException => FindingCodes.VolumeChanged, _ => FindingCodes.VolumeUnreadable },
            path, $"The file cannot be used, and what it says is had from elsewhere or left out: {e.Message}", null, null);

        private void Report(string code, string path, string message, string? expected, string? actual) =>
            findings.Add(new Finding(code, code == FindingCodes.VolumeUnreadable ? Severity.Warning : Severity.Error, Layer.Storage, Path.GetRelativePath(medium.Folder, path), message, expected, actual));
    }
}

/// <summary>A log that was put together from a medium.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Keys">Its keys as the medium states them.</param>
/// <param name="Stated">What the medium says of it.</param>
/// <param name="Volumes">Its volumes, as they must be. Parts that nothing could be restored of, since what lies before them is missing, are where they were on the medium.</param>
/// <param name="Tiles">The files of the medium with its tiles, where all of them are what they were; else none.</param>
public sealed record RestoredLog(string Folder, StatedLogKeys Keys, BackedUpLog Stated, IReadOnlyList<VolumeBytes> Volumes, IReadOnlyList<string> Tiles);
