using Evidence.Core.Notes;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Configuration;

/// <summary>The key files of the node's own log: the key that signs, the one that is to follow it, those that were retired, and the history that joins them.</summary>
internal sealed class LogKeyFiles(string folder, string origin)
{
    /// <summary>The key that signs now.</summary>
    internal const string KeyName = "log.key";

    private string CurrentPath => Path.Combine(folder, KeyName);

    private string NextPath => Path.Combine(folder, KeyName + ".next");

    /// <summary>The same as the log's own log.json; it stands here too, so that the keys lead to the log without the data folder's word.</summary>
    private string HistoryPath => Path.Combine(folder, LogIdentity.FileName);

    internal string RetiredPath(VerifierKey key) => Path.Combine(folder, $"{KeyName}.{key.KeyId:x8}.retired");

    /// <exception cref="KeyFileException">The file cannot be used.</exception>
    internal LogSigner ReadCurrent() => new(origin, KeyFile.Read(CurrentPath));

    /// <summary>The history that ends with the key that signs now.</summary>
    /// <exception cref="KeyFileException">It cannot be read, or a rotation was begun and not ended.</exception>
    internal LogKeyHistory HistoryOf(VerifierKey current)
    {
        var history = ReadHistory() ?? new LogKeyHistory(current);
        if (history.Current.Equals(current)) return history;
        throw new KeyFileException(CurrentPath, IsNext(history.Current)
            ? $"is {current}, and the log's key was handed on to {history.Current}: a rotation was begun and not ended, end it with `evidence node rotate-key`"
            : $"is {current}, and {HistoryPath} says that {history.Current} signs: restore the one or the other");
    }

    /// <summary>The history as it is kept here; null when the key was never rotated.</summary>
    /// <exception cref="KeyFileException">It cannot be read, or is of another log.</exception>
    internal LogKeyHistory? ReadHistory()
    {
        if (!File.Exists(HistoryPath)) return null;
        try
        {
            var history = LogIdentity.Parse(File.ReadAllBytes(HistoryPath));
            return history.Origin == origin ? history : throw new KeyFileException(HistoryPath, $"is that of the log {history.Origin}, not of {origin}");
        }
        catch (FormatException e)
        {
            throw new KeyFileException(HistoryPath, $"cannot be read ({e.Message}): restore it, it is the same as log.json in the log's folder");
        }
    }

    internal void WriteHistory(LogKeyHistory history) => SmallFile.Replace(HistoryPath, LogIdentity.Encode(history));

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

    private LogSigner ReadNext() => new(origin, KeyFile.Read(NextPath));

    /// <summary>A key that was handed on and kept; null when it was not kept.</summary>
    /// <exception cref="KeyFileException">It is there and cannot be used.</exception>
    internal LogSigner? FindRetired(VerifierKey key)
    {
        if (!File.Exists(RetiredPath(key))) return null;
        var signer = new LogSigner(origin, KeyFile.Read(RetiredPath(key)));
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

    private void SyncFolder() => SmallFile.SyncFolder(folder);
}
