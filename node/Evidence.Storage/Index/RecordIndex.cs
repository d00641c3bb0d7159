using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Index;

/// <summary>Where records lie, by number, leaf, seal and content. Never evidence: it can be made anew from the volumes.</summary>
internal sealed class RecordIndex : IDisposable
{
    private const long RoomToOpen = 2L * Database.FileBytes; // what opening may write: what was in no table yet, and the first tables that are merged then

    private readonly string _folder;
    private readonly ReaderWriterLockSlim _opening = new(LockRecursionPolicy.SupportsRecursion);
    private Database? _db;
    private volatile bool _mustReopen;

    private RecordIndex(string folder) => (_folder, _db) = (folder, OpenDatabase(folder));

    /// <summary>Whether there was an index in another format, of which nothing is left.</summary>
    internal bool IsRenewed { get; private set; }

    /// <summary>Opens the index, or begins one.</summary>
    /// <exception cref="LevelDbException">It is damaged or in use.</exception>
    internal static RecordIndex Open(string folder) => new(folder);

    internal Place? Find(RecordId record) => Get(IndexFormat.RecordKey(record)) is { } value ? FindLeaf(IndexFormat.ReadNumber(value))?.Place : null;

    internal IndexedLeaf? FindLeaf(ulong leaf) => ChunkFrom(leaf) is { } chunk && chunk.Holds(leaf) ? chunk.Leaf(leaf) : null;

    /// <summary>For going through leaves in order, as of a snapshot or while nothing is removed.</summary>
    internal LeafCursor Leaves(Snapshot? snapshot = null) => new(this, snapshot);

    /// <summary>The first chunk that ends at a leaf or behind it, or null.</summary>
    internal LeafChunk? ChunkFrom(ulong leaf, Snapshot? snapshot = null) =>
        WithDatabase(db => db.FirstFrom(IndexFormat.LeafKey(leaf), snapshot) is { } entry && entry.Key[0] == IndexFormat.Leaf ? LeafChunk.Read(entry.Key, entry.Value) : (LeafChunk?)null);

    /// <summary>Whether a leaf at this index or behind it is here.</summary>
    internal bool HasLeafFrom(ulong leaf) => ChunkFrom(leaf) is not null;

    /// <summary>The highest record number, or null when there is none.</summary>
    internal RecordId? HighestRecord() => WithDatabase(db => db.LastOf(IndexFormat.Record) is { } key ? RecordId.FromBytes(key.AsSpan(1)) : (RecordId?)null);

    internal ulong? FindSeal(Digest sealSha256) =>
        WithDatabase(db => db.Scan(IndexFormat.DigestPrefix(IndexFormat.Seal, sealSha256)).Select(e => (ulong?)IndexFormat.ReadDigestLeaf(e.Key)).FirstOrDefault());

    internal IReadOnlyList<RecordId> FindContent(Digest sha256, int limit) =>
        WithDatabase(db => db.Scan(IndexFormat.DigestPrefix(IndexFormat.Content, sha256)).Take(limit)
            .Select(e => FindLeaf(IndexFormat.ReadDigestLeaf(e.Key))?.Record).OfType<RecordId>().ToArray());

    /// <summary>The volumes that the index covers, and how far.</summary>
    internal IReadOnlyList<VolumeState> Volumes() =>
        WithDatabase(db => db.Scan([IndexFormat.Volume]).Select(e => IndexFormat.ReadVolume(e.Key, e.Value)).ToArray());

    /// <summary>Takes in records together with how far their volume is covered then.</summary>
    internal void Add(IEnumerable<IndexedRecord> records, VolumeState state)
    {
        using var batch = new IndexBatch();
        foreach (var record in records) batch.Add(record);
        Add(batch, state);
    }

    /// <summary>Takes in what was gathered together with how far the volume is covered then.</summary>
    internal void Add(IndexBatch batch, VolumeState state)
    {
        batch.Put(IndexFormat.VolumeKey(state.Number), IndexFormat.VolumeValue(state));
        Write(batch);
    }

    /// <summary>Forgets records of a volume, and sets how far it is covered; null forgets the volume.</summary>
    internal void Remove(IReadOnlyCollection<IndexedRecord> records, uint volume, VolumeState? state)
    {
        using var batch = new IndexBatch();
        foreach (var record in records)
            foreach (var (key, _) in record.Entries()) batch.Delete(key);
        RemoveLeaves(batch, records.Select(r => r.Place.Leaf).ToHashSet());
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

    /// <summary>Shows all entries from a key on as of a snapshot, in order of keys; false when the visitor refused one. The index must not be reopened meanwhile.</summary>
    /// <exception cref="LevelDbException">An entry cannot be read.</exception>
    internal bool ForEach(ReadOnlySpan<byte> from, Snapshot snapshot, EntryVisitor visitor) => Current.ForEach(from, snapshot, visitor);

    /// <summary>Closes and opens the files again, so that they are read as the medium has them. On a full disk it stays open as it is: LevelDB writes when it is opened, and nobody could read any more.</summary>
    /// <returns>Whether the files were opened again.</returns>
    /// <exception cref="LevelDbException">They cannot be opened; the index stays closed.</exception>
    internal bool Reopen()
    {
        if (DiskMedium.Instance.FreeBytes(_folder) < RoomToOpen) return false;
        Reopen(DropCache);
        return true;
    }

    /// <summary>Closes the index, lets the caller move or remove its files, and opens it again.</summary>
    internal void Reopen(Action whileClosed)
    {
        _opening.EnterWriteLock();
        try
        {
            _db?.Dispose();
            _db = null;
            whileClosed();
            _db = OpenDatabase(_folder);
            _mustReopen = false;
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

    private Database OpenDatabase(string folder)
    {
        var db = Database.Open(folder);
        try
        {
            return InFormat(db) ? db : Renew(db, folder);
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    private static bool InFormat(Database db)
    {
        if (db.Get([IndexFormat.Format]) is { } version) return version.AsSpan().SequenceEqual(IndexFormat.Version);
        if (db.FirstFrom([]) is not null) return false;
        using var batch = new WriteBatch();
        batch.Put([IndexFormat.Format], IndexFormat.Version);
        db.Write(batch);
        return true;
    }

    // Whatever it held is in the volumes. A crash within leaves an index without its files, which is empty or damaged, and made anew as well.
    private Database Renew(Database old, string folder)
    {
        IsRenewed = true;
        old.Dispose();
        Directory.Delete(folder, recursive: true);
        return OpenDatabase(folder);
    }

    // The chunks that these leaves are in, without them.
    private void RemoveLeaves(IndexBatch batch, HashSet<ulong> leaves)
    {
        LeafChunk done = default;
        foreach (var leaf in leaves.Order())
        {
            if (done.Holds(leaf) || ChunkFrom(leaf) is not { } chunk || !chunk.Holds(leaf)) continue;
            done = chunk;
            batch.Delete(IndexFormat.LeafKey(chunk.Last));
            for (var kept = chunk.First; kept <= chunk.Last; kept++)
                if (!leaves.Contains(kept)) batch.AddLeaf(chunk.Leaf(kept));
        }
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

    // A write that failed leaves a torn end in LevelDB's log, which opening drops; nothing may follow it.
    private void Write(IndexBatch batch)
    {
        if (_mustReopen) Reopen();
        if (_mustReopen) throw new LevelDbException($"IO error: {_folder}: No space left on device");
        try
        {
            WithDatabase(db =>
            {
                db.Write(batch.Complete());
                return true;
            });
        }
        catch (LevelDbException)
        {
            _mustReopen = true;
            throw;
        }
    }

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
