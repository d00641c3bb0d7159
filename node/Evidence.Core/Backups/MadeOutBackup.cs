using System.Globalization;
using System.Text;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Volumes;

namespace Evidence.Core.Backups;

/// <summary>What a backup holds whose catalogue is lost, by the names and lengths of its files and the checkpoints in it. Nothing of it is believed: it is judged as all else.</summary>
internal sealed class MadeOutBackup(string folder, int number, IReadOnlyDictionary<string, MediumLog> known)
{
    private const string Offset = ".from-";

    internal BackupRun Run() => new(default, "", number, null, default, [.. Folders().Select(TryLog).OfType<BackedUpLog>()]);

    private IEnumerable<string> Folders() => Directory.Exists(Path.Combine(folder, "logs")) ? Directory.EnumerateDirectories(Path.Combine(folder, "logs")).Order(StringComparer.Ordinal) : [];

    private BackedUpLog? TryLog(string path)
    {
        var name = Path.GetFileName(path);
        if (!BackupJson.IsLogFolder(name) || TryCheckpoint(Path.Combine(path, BackupNames.Checkpoint)) is not { } checkpoint) return null;
        return new BackedUpLog(name, checkpoint.Origin, TryLogId(Path.Combine(path, BackupNames.Keys)) ?? known.GetValueOrDefault(name)?.Last.LogId ?? default, checkpoint.Size, checkpoint.Root, [.. Volumes(path)], [.. Proofs(path)]);
    }

    private static Checkpoint? TryCheckpoint(string file)
    {
        try
        {
            return Checkpoint.Parse(SignedNote.Parse(Encoding.UTF8.GetString(File.ReadAllBytes(file))).Text);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Digest? TryLogId(string file)
    {
        try
        {
            return LogKeysJson.Parse(File.ReadAllBytes(file)).History.LogId;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<VolumePiece> Volumes(string path)
    {
        foreach (var (name, from, length) in Pieces(Path.Combine(path, "volumes"), VolumeName.Extension))
            if (VolumeName.TryParseFile(name + VolumeName.Extension, out var volume)) yield return new VolumePiece(volume, from, from + length, 0, false, false);
    }

    private static IEnumerable<ProofPiece> Proofs(string path)
    {
        foreach (var (name, from, length) in Pieces(Path.Combine(path, "proofs"), ".log"))
            if (name is BackupNames.Anchors or BackupNames.Cosignatures) yield return new ProofPiece(name, from, from + length, from, default);
    }

    /// <summary>Files of a folder: the name before the offset, the offset in it, and the length.</summary>
    private static IEnumerable<(string Name, long From, long Length)> Pieces(string path, string extension)
    {
        if (!Directory.Exists(path)) yield break;
        foreach (var file in Directory.EnumerateFiles(path, "*" + extension).Order(StringComparer.Ordinal))
        {
            var (name, length) = (Path.GetFileNameWithoutExtension(file), new FileInfo(file).Length);
            var at = name.IndexOf(Offset, StringComparison.Ordinal);
            if (length == 0) continue;
            if (at < 0) yield return (name, 0, length);
            else if (long.TryParse(name[(at + Offset.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out var from) && from <= long.MaxValue - length) yield return (name[..at], from, length);
        }
    }
}
