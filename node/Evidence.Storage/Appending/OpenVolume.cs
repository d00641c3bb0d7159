using Evidence.Storage.Durable;

namespace Evidence.Storage.Appending;

/// <summary>The volume that small records are appended to.</summary>
internal sealed class OpenVolume : IDisposable
{
    private const long LeastAhead = 1 << 20;
    private const long MostAhead = 64 << 20;

    private readonly string _path;
    private readonly IMedium _medium;
    private bool _isNew;
    private long _allocated;

    private OpenVolume(LogStore store, uint number, long length)
    {
        (Number, End, _path, _medium) = (number, length, store.Files.Volume(number), store.Medium);
        (_isNew, _allocated) = (length == 0, length);
        File = store.Medium.Open(_path, _isNew ? FileMode.OpenOrCreate : FileMode.Open); // a file that went away must not come back with a hole in the place of its records
        try
        {
            if (File.Length < length) throw new StorageFailedException(store.Fail($"Volume {Number} of {store.Origin} is shorter than the {length} bytes that it had. Restore it from a replica."));
            if (File.Length > length) SetAside(store);
            Manifest = _isNew ? new VolumeManifest(store, number) : null;
        }
        catch
        {
            File.Dispose(); // each later record tries again
            throw;
        }
    }

    // What opening the log would have set aside, had it been there then.
    private void SetAside(LogStore store)
    {
        try
        {
            StrayTail.Keep(store, Number, End, File);
            File.SetLength(End); // a crash before this: the same again at the next opening
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageFailedException(store.Fail($"Bytes that are no record follow the end of volume {Number} of {store.Origin}, and could not be kept in {store.Files.Quarantine} and cut off: {e.Message} See that {_path} can be read and written and the quarantine be written, then start the node again."), e);
        }
    }

    /// <summary>Its number.</summary>
    internal uint Number { get; }

    /// <summary>Where the next record goes: behind all that was written, durable or not.</summary>
    internal long End { get; set; }

    internal IMediumFile File { get; }

    /// <summary>What is to close it, or null when it was begun by an earlier process.</summary>
    internal VolumeManifest? Manifest { get; private set; }

    /// <summary>A volume that is open, or a new one.</summary>
    internal static OpenVolume Of(LogStore store, VolumeState? open) => open is null ? new(store, store.VolumeSet.Highest + 1, 0) : new(store, open.Number, open.DurableLength);

    /// <summary>Whether the file still is where it was: an append to a file that was removed would last until the handle is closed, and no longer.</summary>
    internal bool IsThere => System.IO.File.Exists(_path);

    /// <summary>Asks for room ahead when what is coming needs more: a sync has far less to do where blocks have been found already.</summary>
    internal void MakeRoom(long bytes)
    {
        if (End + bytes <= _allocated) return;
        var ahead = bytes + Math.Clamp(End / 8, LeastAhead, MostAhead);
        _allocated = End + ahead;
        try
        {
            File.Reserve(End, ahead);
        }
        catch (Exception e) when (e is IOException or StorageFullException)
        {
            // the records may still have room, which shows when they are written
        }
    }

    /// <summary>Waits until what was written is on the medium.</summary>
    internal void Sync()
    {
        File.Sync();
        if (_isNew) _medium.SyncFolder(Path.GetDirectoryName(_path)!); // a crash before this: no volume, or one whose records nobody was told of
        _isNew = false;
    }

    /// <summary>Takes back what was written behind a length. Before that lasts, its leaves must not be given to others: a power cut would bring the old ones back beside them.</summary>
    internal void CutBack(long length)
    {
        File.SetLength(length);
        File.Sync();
        (End, _allocated) = (length, length);
    }

    /// <summary>Hands over what is to close it.</summary>
    internal VolumeManifest? TakeManifest()
    {
        var manifest = Manifest;
        Manifest = null;
        return manifest;
    }

    /// <summary>Gives back the room that was not needed. Bytes that came behind the end meanwhile are kept first.</summary>
    internal void Trim(LogStore store)
    {
        if (_allocated <= End) return;
        StrayTail.Keep(store, Number, End, File);
        File.SetLength(End);
    }

    public void Dispose()
    {
        File.Dispose();
        Manifest?.Dispose();
    }
}
