using Evidence.Core.Notes;
using Evidence.Node.Logs;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Configuration;

/// <summary>The key files of the node's own log: the key that signs, the one that is to follow it, those that were retired, and the history that joins them.</summary>
internal sealed class LogKeyFiles(NodeOptions options)
{
    private readonly string _folder = options.KeysFolder;
    private readonly string _origin = options.Origin;

    /// <summary>The key that signs now.</summary>
    internal const string KeyName = "log.key";

    private string CurrentPath => Path.Combine(_folder, KeyName);

    private string NextPath => Path.Combine(_folder, KeyName + ".next");

    /// <summary>The same as the log's own log.json; it stands here too, so that the keys lead to the log without the data folder's word.</summary>
    private string HistoryPath => Path.Combine(_folder, LogIdentity.FileName);

    internal string RetiredPath(VerifierKey key) => Path.Combine(_folder, $"{KeyName}.{key.KeyId:x8}.retired");

    /// <summary>Makes the key of a log that is to be begun, unless it is there.</summary>
    /// <exception cref="KeyFileException">There was one: a new key would begin another log.</exception>
    internal static void CreateIfMissing(string folder)
    {
        var path = Path.Combine(folder, KeyName);
        if (!File.Exists(path) && (File.Exists(Path.Combine(folder, LogIdentity.FileName)) || RetiredIn(folder).Any()))
            throw new KeyFileException(path, "is not there, and keys that it followed are: restore it from a backup, a new key would begin another log");
        KeyFile.CreateIfMissing(path);
    }

    /// <exception cref="KeyFileException">The file cannot be used.</exception>
    internal LogSigner ReadCurrent() => new(_origin, KeyFile.Read(CurrentPath));

    /// <summary>The history that ends with the key that signs now.</summary>
    /// <exception cref="KeyFileException">It cannot be read, or a rotation was begun and not ended.</exception>
    internal LogKeyHistory HistoryOf(VerifierKey current)
    {
        var history = ReadHistory(current);
        if (history.Current.Equals(current)) return history;
        throw new KeyFileException(CurrentPath, IsNext(history.Current)
            ? $"is {current}, and the log's key was handed on to {history.Current}: a rotation was begun and not ended, end it with `evidence node rotate-key`"
            : $"is {current}, and {HistoryPath} says that {history.Current} signs: restore the one or the other");
    }

    /// <summary>The history as it is kept here; that of <paramref name="current"/> alone when the key was never rotated.</summary>
    /// <exception cref="KeyFileException">It cannot be read, is of another log, or is lost; or the data folder holds another log of the same origin.</exception>
    internal LogKeyHistory ReadHistory(VerifierKey current)
    {
        var kept = ReadKept();
        var logs = new LogsOfOrigin(options.DataFolder, _origin);
        var problem = kept is null ? logs.WhyLost(current, HistoryPath) : logs.WhyNotAlone(kept);
        if (problem is not null) throw new KeyFileException(HistoryPath, problem);
        if (kept is null && !logs.Begins(current) && RetiredIn(_folder).FirstOrDefault() is { } retired)
            throw new KeyFileException(HistoryPath, $"is not there, and {retired} is a key that was handed on: restore log.json from a backup of the keys, or of the log's folder in {options.DataFolder}; without it the node would begin another log");
        return kept ?? new LogKeyHistory(current);
    }

    private LogKeyHistory? ReadKept()
    {
        if (!File.Exists(HistoryPath)) return null;
        try
        {
            var history = LogIdentity.Parse(File.ReadAllBytes(HistoryPath));
            return history.Origin == _origin ? history : throw new KeyFileException(HistoryPath, $"is that of the log {history.Origin}, not of {_origin}");
        }
        catch (FormatException e)
        {
            throw new KeyFileException(HistoryPath, $"cannot be read ({e.Message}): restore it, it is the same as log.json in the log's folder");
        }
    }

    internal void WriteHistory(LogKeyHistory history) => SmallFile.Replace(HistoryPath, LogIdentity.Encode(history));

    /// <summary>Puts back the history of a log that was restored; one whose key was never handed on has none here.</summary>
    internal void WriteHistoryIfRotated(LogKeyHistory history)
    {
        if (history.Rotations.Count > 0) WriteHistory(history);
    }

    /// <summary>The key that is to follow; made if it is not there.</summary>
    /// <exception cref="KeyFileException">The file cannot be used.</exception>
    internal LogSigner MakeNext()
    {
        KeyFile.CreateIfMissing(NextPath);
        SyncFolder();
        return ReadNext();
    }

    /// <summary>Whether this is the key that is to follow, and its file is there.</summary>
    /// <exception cref="KeyFileException">The file is there and cannot be used.</exception>
    internal bool IsNext(VerifierKey key) => File.Exists(NextPath) && ReadNext().Key.Equals(key);

    private LogSigner ReadNext() => new(_origin, KeyFile.Read(NextPath));

    /// <summary>A key that was handed on and kept; null when it was not kept.</summary>
    /// <exception cref="KeyFileException">It is there and cannot be used.</exception>
    internal LogSigner? FindRetired(VerifierKey key)
    {
        if (!File.Exists(RetiredPath(key))) return null;
        var signer = new LogSigner(_origin, KeyFile.Read(RetiredPath(key)));
        return signer.Key.Equals(key) ? signer : throw new KeyFileException(RetiredPath(key), $"is another key than {key}");
    }

    /// <summary>Keeps the key that signs now under its retired name.</summary>
    internal void Retire(VerifierKey key)
    {
        KeyFile.Copy(CurrentPath, RetiredPath(key));
        SyncFolder();
    }

    /// <summary>Puts the next key in the place of the one that signs now, which is gone then if it was not retired.</summary>
    internal void Promote()
    {
        File.Move(NextPath, CurrentPath, overwrite: true);
        SyncFolder();
    }

    private static IEnumerable<string> RetiredIn(string folder) => Directory.EnumerateFiles(folder, $"{KeyName}.*.retired").Order(StringComparer.Ordinal);

    private void SyncFolder() => SmallFile.SyncFolder(_folder);
}
