using static Evidence.Storage.LevelDb.NativeLevelDb;

namespace Evidence.Storage.LevelDb;

/// <summary>An open LevelDB database: no compression, a bloom filter, paranoid checks, every read verified, no block cache of its own so that reads see the files. Safe for use by several threads.</summary>
internal sealed unsafe class Database : IDisposable
{
    private const int BloomBitsPerKey = 10;

    private const int WriteBufferBytes = 2 << 20; // its order is kept by comparing, which is slow where the processor's cache does not hold it

    /// <summary>Bytes of a table, as a rule.</summary>
    internal const int FileBytes = 16 << 20;

    private readonly DatabaseHandle _db;
    private readonly nint _read = ReadOptions(0);
    private readonly nint _write = leveldb_writeoptions_create();

    private Database(DatabaseHandle db) => _db = db;

    /// <summary>Opens the database, creating it where there is none.</summary>
    /// <exception cref="LevelDbException">It is damaged or in use.</exception>
    internal static Database Open(string folder)
    {
        var options = leveldb_options_create();
        var cache = leveldb_cache_create_lru(0);
        var filter = leveldb_filterpolicy_create_bloom(BloomBitsPerKey);
        leveldb_options_set_create_if_missing(options, 1);
        leveldb_options_set_paranoid_checks(options, 1);
        leveldb_options_set_compression(options, 0);
        leveldb_options_set_write_buffer_size(options, WriteBufferBytes);
        leveldb_options_set_max_file_size(options, FileBytes);
        leveldb_options_set_cache(options, cache);
        leveldb_options_set_filter_policy(options, filter);
        var db = leveldb_open(options, folder, out var error);
        if (db != 0) return new Database(new DatabaseHandle(db, options, cache, filter));
        leveldb_options_destroy(options);
        leveldb_cache_destroy(cache);
        leveldb_filterpolicy_destroy(filter);
        ThrowIf(error);
        throw new LevelDbException($"{folder} could not be opened.");
    }

    /// <summary>The value of a key, or null.</summary>
    internal byte[]? Get(ReadOnlySpan<byte> key, Snapshot? snapshot = null)
    {
        if (snapshot is not null) return Get(key, snapshot.ReadOptions);
        return Get(key, _read);
    }

    /// <summary>Writes a batch, all of it or nothing. Not synced: what a power cut takes of it is had again from the volumes.</summary>
    internal void Write(WriteBatch batch)
    {
        leveldb_write(_db, _write, batch.Pointer, out var error);
        ThrowIf(error);
    }

    /// <summary>The entries whose keys begin with <paramref name="prefix"/>, in order of keys.</summary>
    internal IEnumerable<KeyValuePair<byte[], byte[]>> Scan(byte[] prefix, Snapshot? snapshot = null) =>
        From(prefix, snapshot).TakeWhile(e => e.Key.AsSpan().StartsWith(prefix));

    /// <summary>The entries from a key on, in order of keys.</summary>
    internal IEnumerable<KeyValuePair<byte[], byte[]>> From(byte[] key, Snapshot? snapshot = null)
    {
        using var iterator = new IteratorHandle(_db, ReadOptions(snapshot?.Pointer ?? 0));
        for (Seek(iterator, key); Current(iterator) is { } entry; leveldb_iter_next(iterator)) yield return entry;
    }

    /// <summary>Shows the entries from a key on, in order of keys, without copies; false when the visitor refused one.</summary>
    internal bool ForEach(ReadOnlySpan<byte> from, Snapshot snapshot, EntryVisitor visitor)
    {
        using var handle = new IteratorHandle(_db, ReadOptions(snapshot.Pointer));
        Seek(handle, from);
        var iterator = handle.DangerousGetHandle(); // kept to the end of this method
        for (; leveldb_iter_valid(iterator) != 0; leveldb_iter_next(iterator))
        {
            var key = leveldb_iter_key(iterator, out var keyLength);
            var value = leveldb_iter_value(iterator, out var valueLength);
            if (visitor(new ReadOnlySpan<byte>(key, (int)keyLength), new ReadOnlySpan<byte>(value, (int)valueLength)) is not Visit.Next and var visit) return visit == Visit.End;
        }

        leveldb_iter_get_error(handle, out var error); // a damaged block ends an iteration like the end does
        ThrowIf(error);
        return true;
    }

    /// <summary>The first entry from a key on, or null.</summary>
    internal KeyValuePair<byte[], byte[]>? FirstFrom(byte[] key, Snapshot? snapshot = null)
    {
        using var iterator = new IteratorHandle(_db, ReadOptions(snapshot?.Pointer ?? 0));
        Seek(iterator, key);
        return Current(iterator);
    }

    /// <summary>The last key that begins with a byte, or null.</summary>
    internal byte[]? LastOf(byte kind)
    {
        using var iterator = new IteratorHandle(_db, ReadOptions(0));
        Seek(iterator, [(byte)(kind + 1)]);
        if (Current(iterator) is null) leveldb_iter_seek_to_last(iterator);
        else leveldb_iter_prev(iterator);
        return Current(iterator) is { } entry && entry.Key[0] == kind ? entry.Key : null;
    }

    /// <summary>The database as it is now.</summary>
    internal Snapshot TakeSnapshot() => new(new SnapshotHandle(_db));

    public void Dispose()
    {
        if (_db.IsClosed) return;
        _db.Dispose();
        leveldb_readoptions_destroy(_read);
        leveldb_writeoptions_destroy(_write);
    }

    internal static nint ReadOptions(nint snapshot)
    {
        var options = leveldb_readoptions_create();
        leveldb_readoptions_set_verify_checksums(options, 1);
        leveldb_readoptions_set_fill_cache(options, 0);
        if (snapshot != 0) leveldb_readoptions_set_snapshot(options, snapshot);
        return options;
    }

    private byte[]? Get(ReadOnlySpan<byte> key, nint options)
    {
        fixed (byte* k = key)
        {
            var value = leveldb_get(_db, options, k, (nuint)key.Length, out var length, out var error);
            ThrowIf(error);
            if (value == 0) return null;
            var bytes = new ReadOnlySpan<byte>((void*)value, (int)length).ToArray();
            leveldb_free(value);
            return bytes;
        }
    }

    private static void Seek(IteratorHandle iterator, ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key) leveldb_iter_seek(iterator, k, (nuint)key.Length);
    }

    private static KeyValuePair<byte[], byte[]>? Current(IteratorHandle iterator)
    {
        if (leveldb_iter_valid(iterator) == 0)
        {
            leveldb_iter_get_error(iterator, out var error); // a damaged block ends an iteration like the end does
            ThrowIf(error);
            return null;
        }

        var key = leveldb_iter_key(iterator, out var keyLength);
        var value = leveldb_iter_value(iterator, out var valueLength);
        return new(new ReadOnlySpan<byte>(key, (int)keyLength).ToArray(), new ReadOnlySpan<byte>(value, (int)valueLength).ToArray());
    }
}
