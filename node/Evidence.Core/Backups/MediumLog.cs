namespace Evidence.Core.Backups;

/// <summary>One log as the backups on a medium give it together.</summary>
internal sealed class MediumLog
{
    private readonly SortedDictionary<uint, List<StoredPiece<VolumePiece>>> _volumes = [];
    private readonly SortedDictionary<string, List<StoredPiece<ProofPiece>>> _proofs = new(StringComparer.Ordinal);
    private readonly List<string> _tiles = [];
    private readonly List<string> _keys = [];

    /// <summary>What the last backup that covers the log says of it.</summary>
    internal BackedUpLog Last { get; private set; } = null!;

    /// <summary>The folder of that backup.</summary>
    internal StoredBackup LastBackup { get; private set; } = null!;

    /// <summary>The pieces of each volume, side by side from its first byte on.</summary>
    internal IReadOnlyDictionary<uint, List<StoredPiece<VolumePiece>>> Volumes => _volumes;

    /// <summary>The pieces of each proof file, side by side from its first byte on.</summary>
    internal IReadOnlyDictionary<string, List<StoredPiece<ProofPiece>>> Proofs => _proofs;

    /// <summary>The files with tiles, in the order of the backups.</summary>
    internal IReadOnlyList<string> Tiles => _tiles;

    /// <summary>The files with its keys, the newest first.</summary>
    internal IReadOnlyList<string> KeysFiles => _keys;

    internal string KeysFile => _keys[0];

    internal string CheckpointFile => LastBackup.PathOf(BackupNames.OfLog(Last.Folder, BackupNames.Checkpoint));

    /// <summary>The volumes and the files that hold them. Where a file is missing or too short, what follows is a part by itself: nothing between is read.</summary>
    internal IReadOnlyList<VolumeBytes> VolumeBytes => [.. _volumes.SelectMany(static volume => Parts(volume.Key, volume.Value))];

    /// <summary>The files that hold a proof file, in order.</summary>
    internal IEnumerable<string> ProofFiles(string name) => (_proofs.TryGetValue(name, out var pieces) ? pieces : null)?.Select(static piece => piece.Path) ?? [];

    /// <summary>Takes in what a further backup has of the log. What does not follow on what was there is told.</summary>
    /// <exception cref="FormatException">It is of another log, or of an earlier state of it.</exception>
    internal void Add(StoredBackup backup, BackedUpLog log, Action<string> fault)
    {
        if (Last is { } last && (!(last.LogId == log.LogId || log.LogId == default || last.LogId == default) || last.Size > log.Size)) throw new FormatException($"The backup does not go on with the log {last.Origin} of {last.Size} leaves.");
        (Last, LastBackup) = (log, backup);
        foreach (var piece in log.Volumes)
            if (Fault(_volumes, piece.Volume, new StoredPiece<VolumePiece>(piece, backup.PathOf(BackupNames.Of(log.Folder, piece)), piece.From, piece.To, !backup.IsMadeOut)) is { } why) fault(why);
        foreach (var piece in log.Proofs)
            if (Fault(_proofs, piece.Name, new StoredPiece<ProofPiece>(piece, backup.PathOf(BackupNames.Of(log.Folder, piece)), piece.From, piece.To, !backup.IsMadeOut)) is { } why) fault(why);
        _tiles.Add(backup.PathOf(BackupNames.OfLog(log.Folder, BackupNames.Tiles)));
        _keys.Insert(0, backup.PathOf(BackupNames.OfLog(log.Folder, BackupNames.Keys)));
    }

    /// <summary>Takes in a piece of a backup that is under way.</summary>
    /// <exception cref="FormatException">It does not follow on what was there.</exception>
    internal void Add(VolumePiece piece, string path)
    {
        if (Fault(_volumes, piece.Volume, new StoredPiece<VolumePiece>(piece, path, piece.From, piece.To, true)) is { } why) throw new FormatException(why);
    }

    /// <summary>How far a volume is on the medium, and whether nothing of it is left to be copied.</summary>
    internal (long From, bool Done) Onward(uint volume)
    {
        if (!_volumes.TryGetValue(volume, out var pieces)) return (0, false);
        foreach (var (piece, _, from, _, _) in pieces)
            if (piece.Damaged) return (from, false);
        return (pieces[^1].To, pieces[^1].Piece.Closed);
    }

    /// <summary>Records of the log that are on the medium, as they were counted when they were written.</summary>
    internal long Leaves => _volumes.Values.Sum(static pieces => pieces.Sum(static p => p.Piece.Leaves));

    /// <summary>Takes a piece in, in the place of everything from its first byte on. The result is what is wrong with where it lies; null when it follows on what was there.</summary>
    private static string? Fault<TKey, T>(SortedDictionary<TKey, List<StoredPiece<T>>> all, TKey key, StoredPiece<T> piece)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var pieces)) all[key] = pieces = [];
        pieces.RemoveAll(p => p.From >= piece.From);
        var end = pieces.Count == 0 ? 0 : pieces[^1].To;
        if (end > piece.From) return $"The piece of {key} from byte {piece.From} on does not begin where the one before ends, at {end}, and does not count.";
        pieces.Add(piece);
        return end == piece.From ? null : $"Bytes {end} to {piece.From - 1} of {key} are on no backup of the medium.";
    }

    private static IEnumerable<VolumeBytes> Parts(uint volume, List<StoredPiece<VolumePiece>> pieces)
    {
        var part = new List<StoredPiece<VolumePiece>>();
        foreach (var piece in pieces)
        {
            if (part.Count > 0 && part[^1] is var before && (before.To != piece.From || LengthOf(before) < before.To - before.From))
            {
                yield return Part(volume, part, isLast: false);
                part.Clear();
            }

            if (LengthOf(piece) > 0) part.Add(piece); // of what is missing whoever compares the files tells
        }

        if (part.Count > 0) yield return Part(volume, part, isLast: part[^1] == pieces[^1]);
    }

    private static VolumeBytes Part(uint volume, List<StoredPiece<VolumePiece>> part, bool isLast) =>
        new(volume, part[0].From, part[^1].To, isLast && part[0].From == 0 && part[^1].IsStated ? part[^1].Piece.Closed : null, [.. part.Select(static piece => (piece.From, piece.Path))]);

    private static long LengthOf(StoredPiece<VolumePiece> piece) => new FileInfo(piece.Path) is { Exists: true } file ? file.Length : 0;
}

/// <summary>A piece and the file that holds it.</summary>
/// <param name="Piece">What is said of it.</param>
/// <param name="Path">The file.</param>
/// <param name="From">Its first byte.</param>
/// <param name="To">The byte behind its last one.</param>
/// <param name="IsStated">Whether a catalogue says so, and not the file itself.</param>
internal sealed record StoredPiece<T>(T Piece, string Path, long From, long To, bool IsStated);
