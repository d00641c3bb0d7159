using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Backups;

/// <summary>
/// The folder of a backup under way. It counts once it has the name of a whole one, which is the last that happens: a crash before leaves the medium as it was with the last backup, and beside it what the next one goes on with.
/// </summary>
internal sealed class BackupWriter : IDisposable
{
    private readonly IMedium _medium;
    private readonly string _root;
    private readonly string _name;
    private readonly BackupJournal _journal;
    private readonly IReadOnlyList<JournalLine> _written;
    private readonly Dictionary<string, Digest> _files = new(StringComparer.Ordinal);

    internal BackupWriter(IMedium medium, BackupMedium target)
    {
        (_medium, _root, _name) = (medium, target.Folder, BackupNames.Folder(target.Backups.Count + 1));
        Number = target.Backups.Count + 1;
        _journal = BackupJournal.Open(JournalPath, out _written);
        if (Directory.Exists(Path.Combine(_root, _name)))
        {
            using (_journal) throw new DataFolderInUseException($"Another backup onto {_root} came to its end meanwhile. Give the command again.");
        }

        medium.CreateFolder(Folder);
        medium.SyncFolder(_root);
    }

    /// <summary>Number of the backup.</summary>
    internal int Number { get; }

    /// <summary>Pieces that a run which was broken off has left whole; none before <see cref="Resume"/>.</summary>
    internal IReadOnlyList<JournalLine> Resumed { get; private set; } = [];

    /// <summary>Bytes that were written by this run.</summary>
    internal long Written { get; private set; }

    private string Folder => Path.Combine(_root, _name + BackupNames.Unfinished);

    private string JournalPath => Path.Combine(_root, _name + BackupNames.Journal);

    /// <summary>Reads back what a run that was broken off has left, and goes on with what has the digest that was noted. The rest is written anew.</summary>
    internal void Resume(CancellationToken ct)
    {
        var standing = new List<JournalLine>();
        foreach (var line in _written)
        {
            standing.RemoveAll(l => l.Log == line.Log && l.Piece.Volume == line.Piece.Volume && l.Piece.From >= line.Piece.From); // it was written anew from here on
            standing.Add(line);
        }

        var broken = new HashSet<(string Log, uint Volume)>(); // what follows a piece that is not whole has nothing to follow on
        Resumed = [.. standing.Where(line => !broken.Contains((line.Log, line.Piece.Volume)) && (IsThere(line, ct) || !broken.Add((line.Log, line.Piece.Volume))))];
        foreach (var line in Resumed) _files[BackupNames.Of(line.Log, line.Piece)] = line.Sha256;
    }

    /// <summary>Path of a file of the backup while it is under way.</summary>
    internal string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file of the backup; it has its name once it is whole.</summary>
    /// <exception cref="StorageFullException">The medium is full; nothing is left of the file.</exception>
    internal Digest Write(string name, Action<MediumOutput> write)
    {
        var path = PathOf(name);
        _medium.CreateFolder(Path.GetDirectoryName(path)!);
        using var output = new MediumOutput(_medium, path);
        write(output);
        Written += output.Length;
        return _files[name] = output.Finish();
    }

    /// <summary>Notes that a piece of a volume was written, with its digest.</summary>
    internal void Note(string log, VolumePiece piece, Digest sha256)
    {
        SyncAbove(PathOf(BackupNames.Of(log, piece)));
        _journal.Note(new JournalLine(log, piece, sha256)); // a crash before this: the piece is written once more
    }

    /// <summary>Writes the catalogue and the digests, and gives the folder its name.</summary>
    internal void Commit(BackupRun run)
    {
        if (!File.Exists(ReadmePath) || !File.ReadAllBytes(ReadmePath).AsSpan().SequenceEqual(ReadmeText.Bytes)) SmallFile.Replace(_medium, ReadmePath, ReadmeText.Bytes);
        Write(BackupNames.Catalogue, output => output.Write(BackupJson.Encode(run)));
        RemoveStray();
        using (var output = new MediumOutput(_medium, PathOf(BackupNames.Sums)))
        {
            output.Write(DigestList.Encode(_files));
            output.Finish();
        }

        foreach (var folder in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories)) _medium.SyncFolder(folder);
        _medium.SyncFolder(Folder);
        _medium.MoveFolder(Folder, Path.Combine(_root, _name)); // a crash before this: the backup before it stands, and this one is gone on with
        _medium.SyncFolder(_root);
        _medium.Delete(JournalPath); // a crash before this: notes of a backup that is whole, which nobody reads
        _medium.SyncFolder(_root);
    }

    /// <summary>Takes back a backup that has nothing to say.</summary>
    internal void Abandon()
    {
        _medium.RemoveTree(Folder);
        _medium.Delete(JournalPath);
        _medium.SyncFolder(_root);
    }

    public void Dispose() => _journal.Dispose();

    private string ReadmePath => Path.Combine(_root, BackupNames.Readme);

    private bool IsThere(JournalLine line, CancellationToken ct)
    {
        var (path, bytes) = (PathOf(BackupNames.Of(line.Log, line.Piece)), 0L);
        return new FileInfo(path) is { Exists: true } file && file.Length == line.Piece.To - line.Piece.From && !RegularFile.IsStream(path) && MediumCheck.ReadBack(path, ct, ref bytes) == line.Sha256;
    }

    // What a run left that was broken off elsewhere than this one would be.
    private void RemoveStray()
    {
        foreach (var path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
            if (!_files.ContainsKey(Path.GetRelativePath(Folder, path))) _medium.Delete(path);
    }

    private void SyncAbove(string path)
    {
        for (var at = Path.GetDirectoryName(path)!; at.Length >= Folder.Length; at = Path.GetDirectoryName(at)!) _medium.SyncFolder(at);
    }
}
