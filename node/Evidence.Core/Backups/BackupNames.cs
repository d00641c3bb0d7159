using System.Globalization;
using Evidence.Core.Volumes;

namespace Evidence.Core.Backups;

/// <summary>What lies where on a medium: ASCII names, each made from what it holds.</summary>
internal static class BackupNames
{
    internal const string Readme = "README.txt";
    internal const string Catalogue = "backup.json";
    internal const string Sums = "SHA256SUMS";
    internal const string Unfinished = ".unfinished";
    internal const string Journal = ".journal";
    internal const string Keys = "keys.json";
    internal const string Checkpoint = "checkpoint";
    internal const string Tiles = "tiles.tar";
    internal const string Anchors = "anchors";
    internal const string Cosignatures = "cosignatures";

    /// <summary>Folder of a backup that is whole. It gets this name last.</summary>
    internal static string Folder(int number) => number.ToString("D4", CultureInfo.InvariantCulture);

    /// <summary>Reads a name as <see cref="Folder"/> writes it.</summary>
    internal static bool TryParseFolder(string name, out int number) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0 && Folder(number) == name;

    /// <summary>Whether a name at the top of a medium is of a backup that did not come to its end.</summary>
    internal static bool IsUnfinished(string name) => Strip(name, Unfinished) is { } folder && TryParseFolder(folder, out _);

    /// <summary>Whether a name at the top of a medium is of the notes of a backup that is or was under way.</summary>
    internal static bool IsJournal(string name) => Strip(name, Journal) is { } folder && TryParseFolder(folder, out _);

    /// <summary>Path of a file of a log within a backup.</summary>
    internal static string OfLog(string log, string file) => $"logs/{log}/{file}";

    /// <summary>Path of a piece of a volume within a backup. Names of one volume sort by offset, so that a shell joins them in order.</summary>
    internal static string Of(string log, VolumePiece piece) => OfLog(log, $"volumes/{VolumeName.Of(piece.Volume)}{Offset(piece.From)}{VolumeName.Extension}");

    /// <summary>Path of a piece of a proof file within a backup.</summary>
    internal static string Of(string log, ProofPiece piece) => OfLog(log, $"proofs/{piece.Name}{Offset(piece.From)}.log");

    /// <summary>The paths of all files of a backup, without the list of their digests.</summary>
    internal static IEnumerable<string> Of(BackupRun run) =>
        run.Logs.SelectMany(static log => new[] { Keys, Checkpoint, Tiles }.Select(file => OfLog(log.Folder, file)).Concat(log.Volumes.Select(piece => Of(log.Folder, piece))).Concat(log.Proofs.Select(piece => Of(log.Folder, piece)))).Prepend(Catalogue);

    private static string Offset(long from) => from == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".from-{from:D13}");

    private static string? Strip(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;
}
