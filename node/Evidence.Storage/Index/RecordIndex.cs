using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Index;

/// <summary>Where records lie, by number, leaf, seal and content. Never evidence: it can be made anew from the volumes.</summary>
internal sealed class RecordIndex : IDisposable
{
    private readonly string _folder;
    private readonly ReaderWriterLockSlim _opening = new(LockRecursionPolicy.SupportsRecursion);
    private Database? _db;

    private RecordIndex(string folder, Database db) => (_folder, _db) = (folder, db);

    internal static RecordIndex Open(string folder) => new(folder, Database.Open(folder));

    internal Place? Find(RecordId record) => Get(IndexFormat.RecordKey(record)) is { } value ? IndexFormat.ReadPlace(value) : null;

    internal IndexedLeaf? FindLeaf(ulong leaf) => Get(IndexFormat.LeafKey(leaf)) is { } value ? IndexFormat.ReadLeaf(value) : null;

    /// <summary>Whether a leaf at this index or behind it is here.</summary>
    internal bool HasLeafFrom(ulong leaf) => WithDatabase(db => db.From(IndexFormat.LeafKey(leaf)).Take(1).Any(e => e.Key[0] == IndexFormat.Leaf));

    internal ulong? FindSeal(Digest sealSha256) => Get(IndexFormat.SealKey(sealSha256)) is { } value ? IndexFormat.ReadNumber(value) : null;

    internal IReadOnlyList<RecordId> FindContent(Digest sha256, int limit) =>
        WithDatabase(db => db.Scan(IndexFormat.ContentPrefix(sha256)).Take(limit).Select(e => IndexFormat.ReadContentRecord(e.Key)).ToArray());

    /// <summary>The volumes that the index covers, and how far.</summary>
    internal IReadOnlyList<VolumeState> Volumes() =>
        WithDatabase(db => db.Scan([IndexFormat.Volume]).Select(e => IndexFormat.ReadVolume(e.Key, e.Value)).ToArray());

    /// <summary>Takes in records together with how far their volume is covered then.</summary>
    internal void Add(IEnumerable<IndexedRecord> records, VolumeState state)
    {
        using var batch = new WriteBatch();
        foreach (var record in records)
            foreach (var (key, value) in record.Entries()) batch.Put(key, value);
        batch.Put(IndexFormat.VolumeKey(state.Number), IndexFormat.VolumeValue(state));
        Write(batch);
    }

    /// <summary>Forgets records of a volume, and sets how far it is covered; null forgets the volume.</summary>
    internal void Remove(IEnumerable<IndexedRecord> records, uint volume, VolumeState? state)
    {
        using var batch = new WriteBatch();
        foreach (var record in records)
            foreach (var (key, _) in record.Entries()) batch.Delete(key);
        if (state is null) batch.Delete(IndexFormat.VolumeKey(volume));
        else batch.Put(IndexFormat.VolumeKey(volume), IndexFormat.VolumeValue(state));
        Write(batch);
    }

    /// <summary>The index as it is now.</summary>
    internal Snapshot TakeSnapshot() => WithDatabase(db => db.TakeSnapshot());

    /// <summary>A value as of a snapshot.</summary>
    internal byte[]? Get(ReadOnlySpan<byte> key, Snapshot? snapshot = null)
    {
        _opening.EnterReadLock();
        try
        {
            return Current.Get(key, snapshot);
        }
        finally
        {
            _opening.ExitReadLock();
        }
    }

    /// <summary>All entries as of a snapshot, in order of keys. The index must not be reopened meanwhile.</summary>
    internal IEnumerable<KeyValuePair<byte[], byte[]>> Scan(Snapshot snapshot) => Current.Scan([], snapshot);

    /// <summary>Closes and opens the files again, so that they are read as the medium has them.</summary>
    /// <exception cref="LevelDbException">They cannot be opened; the index stays closed.</exception>
    internal void Reopen() => Reopen(DropCache);

    /// <summary>Closes the index, lets the caller move or remove its files, and opens it again.</summary>
    internal void Reopen(Action whileClosed)
    {
        _opening.EnterWriteLock();
        try
        {
            _db?.Dispose();
            _db = null;
            whileClosed();
            _db = Database.Open(_folder);
        }
        finally
        {
            _opening.ExitWriteLock();
        }
    }

    public void Dispose()
    {
        _db?.Dispose();
        _db = null;
    }

    // Only what is on the medium can be dropped, and what LevelDB wrote may not be there yet.
    private void DropCache()
    {
        foreach (var path in Directory.EnumerateFiles(_folder))
        {
            using var file = new DiskFile(path, FileMode.Open);
            file.Sync();
            file.DropCache(0, 0);
        }
    }

    private Database Current => _db ?? throw new LevelDbException($"Corruption: the index {_folder} could not be opened and must be rebuilt.");

    private void Write(WriteBatch batch) => WithDatabase(db =>
    {
        db.Write(batch);
        return true;
    });

    private T WithDatabase<T>(Func<Database, T> action)
    {
        _opening.EnterReadLock();
        try
        {
            return action(Current);
        }
        finally
        {
            _opening.ExitReadLock();
        }
    }
}
