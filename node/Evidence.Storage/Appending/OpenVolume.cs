using Evidence.Storage.Durable;

namespace Evidence.Storage.Appending;

/// <summary>The volume that small records are appended to.</summary>
internal sealed class OpenVolume : IDisposable
{
    private readonly string _path;
    private bool _isNew;

    private OpenVolume(LogStore store, uint number, long length)
    {
        (Number, Length, _path) = (number, length, store.Files.Volume(number));
        _isNew = length == 0;
        File = store.Medium.Open(_path, FileMode.OpenOrCreate);
        if (File.Length > length) File.SetLength(length); // opening the log has kept it aside
    }

    /// <summary>Its number.</summary>
    internal uint Number { get; }

    /// <summary>Its durable length in bytes.</summary>
    internal long Length { get; private set; }

    internal IMediumFile File { get; }

    /// <summary>No attempt to close it before it is this long: closing failed because a record in it is damaged.</summary>
    internal long CloseFrom { get; set; }

    /// <summary>The log's open volume, or a new one.</summary>
    internal static OpenVolume Of(LogStore store) => store.VolumeSet.Open is { } open
        ? new OpenVolume(store, open.Number, open.DurableLength)
        : new OpenVolume(store, store.VolumeSet.Highest + 1, 0);

    /// <summary>Whether the file still is where it was: an append to a file that was removed would last until the handle is closed, and no longer.</summary>
    internal bool IsThere => System.IO.File.Exists(_path);

    /// <summary>Waits until what was written up to <paramref name="end"/> is on the medium, and counts it.</summary>
    internal void Sync(IMedium medium, long end)
    {
        File.Sync();
        if (_isNew) medium.SyncFolder(Path.GetDirectoryName(_path)!); // a crash before this: no volume, or one whose records nobody was told of
        _isNew = false;
        Length = end;
    }

    /// <summary>Takes back what was written behind the durable length.</summary>
    internal void CutBack(long length)
    {
        File.SetLength(length);
        Length = length;
    }

    public void Dispose() => File.Dispose();
}
