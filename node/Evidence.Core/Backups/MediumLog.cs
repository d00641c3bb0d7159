namespace Evidence.Core.Backups;

/// <summary>One log as the backups on a medium give it together.</summary>
internal sealed class MediumLog
{
    private readonly SortedDictionary<uint, List<StoredPiece<VolumePiece>>> _volumes = [];
    private readonly SortedDictionary<string, List<StoredPiece<ProofPiece>>> _proofs = new(StringComparer.Ordinal);
    private readonly List<string> _tiles = [];

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

    internal string KeysFile => LastBackup.PathOf(BackupNames.OfLog(Last.Folder, BackupNames.Keys));

    internal string CheckpointFile => LastBackup.PathOf(BackupNames.OfLog(Last.Folder, BackupNames.Checkpoint));

    /// <summary>The volumes and the files that hold them.</summary>
    internal IReadOnlyList<VolumeBytes> VolumeBytes => [.. _volumes.Select(static v => new VolumeBytes(v.Key, v.Value[^1].To, v.Value[^1].Piece.Closed, [.. v.Value.Select(static p => (p.From, p.Path))]))];

    /// <summary>The files that hold a proof file, in order.</summary>
    internal IEnumerable<string> ProofFiles(string name) => (_proofs.TryGetValue(name, out var pieces) ? pieces : null)?.Select(static piece => piece.Path) ?? [];

    /// <summary>Takes in what a further backup has of the log.</summary>
    /// <exception cref="FormatException">It does not follow on what was there.</exception>
    internal void Add(StoredBackup backup, BackedUpLog log)
    {
        if (Last is { } last && (last.LogId != log.LogId || last.Folder != log.Folder || last.Size > log.Size)) throw new FormatException($"The backup does not go on with the log {last.Origin} of {last.Size} leaves.");
        (Last, LastBackup) = (log, backup);
        foreach (var piece in log.Volumes) Add(piece, backup.PathOf(BackupNames.Of(log.Folder, piece)));
        foreach (var piece in log.Proofs) Add(_proofs, piece.Name, piece.From, piece.To, new StoredPiece<ProofPiece>(piece, backup.PathOf(BackupNames.Of(log.Folder, piece)), piece.From, piece.To));
        _tiles.Add(backup.PathOf(BackupNames.OfLog(log.Folder, BackupNames.Tiles)));
    }

    /// <summary>Takes in a piece of a backup that is under way.</summary>
    internal void Add(VolumePiece piece, string path) => Add(_volumes, piece.Volume, piece.From, piece.To, new StoredPiece<VolumePiece>(piece, path, piece.From, piece.To));

    /// <summary>How far a volume is on the medium, and whether nothing of it is left to be copied.</summary>
    internal (long From, bool Done) Onward(uint volume)
    {
        if (!_volumes.TryGetValue(volume, out var pieces)) return (0, false);
        foreach (var (piece, _, from, _) in pieces)
            if (piece.Damaged) return (from, false);
        return (pieces[^1].To, pieces[^1].Piece.Closed);
    }

    /// <summary>Records of the log that are on the medium, as they were counted when they were written.</summary>
    internal long Leaves => _volumes.Values.Sum(static pieces => pieces.Sum(static p => p.Piece.Leaves));

    private static void Add<TKey, T>(SortedDictionary<TKey, List<StoredPiece<T>>> all, TKey key, long from, long to, StoredPiece<T> piece)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var pieces)) all[key] = pieces = [];
        pieces.RemoveAll(p => p.From >= from);
        if ((pieces.Count == 0 ? 0 : pieces[^1].To) != from) throw new FormatException($"The piece of {key} from byte {from} on does not follow on the one before.");
        pieces.Add(piece);
    }
}

/// <summary>A piece and the file that holds it.</summary>
internal sealed record StoredPiece<T>(T Piece, string Path, long From, long To);
