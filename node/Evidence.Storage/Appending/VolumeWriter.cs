using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Appending;

/// <summary>Where records go: the open volume, the next one when it is full, and a volume of its own for a staged record.</summary>
internal sealed class VolumeWriter : IDisposable
{
    private readonly LogStore _store;
    private OpenVolume? _open;
    private uint _full; // no volume up to this one is written to again: it is closed, or will be

    internal VolumeWriter(LogStore store)
    {
        (_store, Closing) = (store, new VolumeClosing(store));
        if (store.AppendRefusal is null) Closing.Begin(store.VolumeSet.Open?.Number ?? 0); // what a crash has kept from being closed
    }

    internal VolumeClosing Closing { get; }

    private VolumeState? Open => _store.VolumeSet.Open is { } open && open.Number > _full ? open : null;

    /// <summary>Whether a record fits into the open volume, or into a new one.</summary>
    internal bool HasRoom(PendingAppend append)
    {
        var end = _open?.End ?? Open?.DurableLength ?? 0;
        return end == 0 || end + append.Length <= _store.Options.VolumeBytes;
    }

    /// <summary>Has the open volume closed in the background; the next group begins a new one. Nothing of it waits for its sync.</summary>
    internal void Change()
    {
        var (full, manifest) = (_open?.Number ?? Open?.Number ?? 0, _open?.TakeManifest());
        _full = full;
        Reset();
        Closing.Begin(0, full, manifest);
    }

    /// <summary>Begins a group in the open volume.</summary>
    /// <exception cref="StorageException">The volume is gone, or could not be opened.</exception>
    internal AppendGroup Begin(ulong firstLeaf)
    {
        _open ??= OpenVolume.Of(_store, Open);
        if (!_open.IsThere) throw new StorageFailedException(_store.Fail($"Volume {_open.Number} of {_store.Origin} was removed while it was written to. Restore it from a replica."));
        return new AppendGroup(_open, firstLeaf);
    }

    /// <summary>Takes back what was written behind a length; the failure when that cannot be done.</summary>
    internal StorageFailedException? TryCutBack(OpenVolume volume, long length)
    {
        try
        {
            volume.CutBack(length);
            return null;
        }
        catch (IOException e)
        {
            return new StorageFailedException(_store.Fail($"Volume {volume.Number} of {_store.Origin} could not be cut back to {length} bytes: {e.Message}"), e);
        }
    }

    /// <summary>Makes a staged record a volume, and counts it.</summary>
    /// <exception cref="IOException">A step failed: whether the record is stored is not known.</exception>
    /// <exception cref="StorageFullException">There is no room; the record was not stored.</exception>
    internal void WriteStaged(PendingAppend append, GroupCount count)
    {
        var number = _store.VolumeSet.Highest + 1;
        if (_open is { } open && open.Number >= number) number = open.Number + 1; // the open volume has its number before it has a record
        var (target, leaf) = (_store.Files.Volume(number), _store.Tree.Size);
        var length = append.Record.File!.BecomeVolumeAsync(append, number, leaf, _store.Origin, target, CancellationToken.None).GetAwaiter().GetResult();
        append.Place = new Place(number, 0, (ulong)append.Length, leaf);
        try
        {
            count.Count([append], new VolumeState(number, length, true));
        }
        catch (LevelDbException e)
        {
            append.Record.File.TakeBack(target);
            _store.ReopenIndexAfterFailure();
            throw GroupCount.NotStored(_store, e);
        }
    }

    /// <summary>Lets go of the open volume; the next group opens it again.</summary>
    internal void Reset()
    {
        _open?.Dispose();
        _open = null;
    }

    public void Dispose()
    {
        TryTrim();
        Reset();
        Closing.Dispose();
    }

    private void TryTrim()
    {
        try
        {
            if (_store.Failure is null) _open?.Trim(_store);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageFullException)
        {
            // room that nobody uses is given back when the volume is closed, and opening keeps what is behind the end
        }
    }
}
