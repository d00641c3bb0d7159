using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.LevelDb;

/// <summary>An open database with the options, cache and filter that must outlive it.</summary>
internal sealed class DatabaseHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nint _options;
    private readonly nint _cache;
    private readonly nint _filter;

    internal DatabaseHandle(nint db, nint options, nint cache, nint filter) : base(ownsHandle: true)
    {
        (_options, _cache, _filter) = (options, cache, filter);
        SetHandle(db);
    }

    protected override bool ReleaseHandle()
    {
        NativeLevelDb.leveldb_close(handle);
        NativeLevelDb.leveldb_options_destroy(_options);
        NativeLevelDb.leveldb_cache_destroy(_cache);
        NativeLevelDb.leveldb_filterpolicy_destroy(_filter);
        return true;
    }
}

/// <summary>An iterator; it keeps its database open.</summary>
internal sealed class IteratorHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly DatabaseHandle _db;
    private readonly nint _options;

    internal IteratorHandle(DatabaseHandle db, nint options) : base(ownsHandle: true)
    {
        var added = false;
        db.DangerousAddRef(ref added);
        (_db, _options) = (db, options);
        SetHandle(NativeLevelDb.leveldb_create_iterator(db, options));
    }

    protected override bool ReleaseHandle()
    {
        NativeLevelDb.leveldb_iter_destroy(handle);
        NativeLevelDb.leveldb_readoptions_destroy(_options);
        _db.DangerousRelease();
        return true;
    }
}

/// <summary>A snapshot; it keeps its database open.</summary>
internal sealed class SnapshotHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly DatabaseHandle _db;

    internal SnapshotHandle(DatabaseHandle db) : base(ownsHandle: true)
    {
        var added = false;
        db.DangerousAddRef(ref added);
        _db = db;
        SetHandle(NativeLevelDb.leveldb_create_snapshot(db));
    }

    protected override bool ReleaseHandle()
    {
        NativeLevelDb.leveldb_release_snapshot(_db.DangerousGetHandle(), handle);
        _db.DangerousRelease();
        return true;
    }
}
