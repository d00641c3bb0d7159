namespace Evidence.Storage.LevelDb;

/// <summary>A database as it was at one moment.</summary>
internal sealed class Snapshot : IDisposable
{
    private readonly SnapshotHandle _handle;

    internal Snapshot(SnapshotHandle handle)
    {
        _handle = handle;
        ReadOptions = Database.ReadOptions(Pointer);
    }

    internal nint Pointer => _handle.DangerousGetHandle();

    internal nint ReadOptions { get; }

    public void Dispose()
    {
        if (_handle.IsClosed) return;
        NativeLevelDb.leveldb_readoptions_destroy(ReadOptions);
        _handle.Dispose();
    }
}
