using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Json;
using Evidence.Storage.Durable;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Backups;

/// <summary>Which pieces of volumes a backup under way has written whole, a line each, so that one that was broken off is gone on with. Held by one process at a time.</summary>
internal sealed class BackupJournal : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private long _length;

    private BackupJournal(SafeFileHandle file, string path) => (_file, _path) = (file, path);

    /// <summary>Takes the journal, making it where there is none.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="written">What an earlier run noted.</param>
    /// <exception cref="DataFolderInUseException">Another backup onto this medium is under way.</exception>
    internal static BackupJournal Open(string path, out IReadOnlyList<JournalLine> written)
    {
        var handle = Libc.OpenUnlocked(path);
        if (!Libc.TryLock(handle, path))
        {
            handle.Dispose();
            throw new DataFolderInUseException($"Another backup onto {Path.GetDirectoryName(path)} is under way. Wait until it is done.");
        }

        var journal = new BackupJournal(handle, path);
        written = journal.Load();
        return journal;
    }

    /// <summary>Notes a piece whose file is on the medium, with its name.</summary>
    internal void Note(JournalLine line)
    {
        byte[] bytes = [.. CanonicalJson.Serialize(new JsonObject { ["log"] = line.Log, ["sha256"] = line.Sha256.ToString(), ["piece"] = BackupJson.ToJson(line.Piece) }), (byte)'\n'];
        DiskError.Translate(_path, () => RandomAccess.Write(_file, bytes, _length));
        Libc.SyncData(_file, _path); // a crash before this: the piece is written once more
        _length += bytes.Length;
    }

    public void Dispose() => _file.Dispose();

    // What a crash left of a last line is not one, and the next one goes over it.
    private List<JournalLine> Load()
    {
        var (bytes, lines) = (new byte[RandomAccess.GetLength(_file)], new List<JournalLine>());
        FileReads.ReadFully(_file, bytes, 0);
        for (int at = 0, end; (end = bytes.AsSpan(at).IndexOf((byte)'\n')) >= 0; at += end + 1)
        {
            if (Parse(bytes.AsSpan(at, end)) is not { } line) break;
            lines.Add(line);
            _length = at + end + 1;
        }

        RandomAccess.SetLength(_file, _length);
        return lines;
    }

    private static JournalLine? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var json = new ObjectReader(CanonicalJson.Parse(bytes), "");
            return new JournalLine(json.String("log"), BackupJson.ReadVolume(json.Member("piece"), "piece"), json.Digest("sha256"));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>A piece of a volume that is on the medium.</summary>
/// <param name="Log">Name of the log's folder.</param>
/// <param name="Piece">The piece.</param>
/// <param name="Sha256">SHA-256 of its file.</param>
internal sealed record JournalLine(string Log, VolumePiece Piece, Digest Sha256);
