using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Storage.Tree;

/// <summary>The Merkle tree of a log: full tiles in files, the right edge in memory. One writer; readers at any time see the leaves that were committed.</summary>
internal sealed class LogTree
{
    private const int MostUnwritten = 512; // about 30 MB, with bundles of small seals

    private readonly TreeEdge _edge;
    private readonly Lock _writing = new();
    private readonly Dictionary<TileId, byte[]> _unwritten = []; // full tiles that are not known to be on the medium
    private readonly TileFiles _files;
    private readonly Action<TileId, byte[]> _keep;
    private ulong _size;

    /// <param name="files">Full tiles.</param>
    /// <param name="by">How full tiles are hashed: by the framework in a log that is appended to and signed, by any way where a rebuilt tree is compared before it counts.</param>
    internal LogTree(TileFiles files, BulkSha256 by) => (_files, _edge, _keep) = (files, new TreeEdge(by), _unwritten.Add);

    /// <summary>Leaves that were committed.</summary>
    internal ulong Size => Volatile.Read(ref _size);

    /// <summary>Root of the committed leaves.</summary>
    internal Digest Root => RootAt(Size);

    /// <summary>Adds a leaf, not to be seen before <see cref="Commit"/>. Cannot fail for want of room: full tiles stay in memory until they are published, or are too many and can be written.</summary>
    internal void Append(ReadOnlyMemory<byte> seal, Digest leafHash)
    {
        lock (_edge)
        {
            _edge.Append(seal, leafHash, _keep);
            if (_unwritten.Count <= MostUnwritten || _edge.Size % TileId.FullWidth != 0) return;
        }

        TrySyncFull();
    }

    /// <summary>Shows the leaves that were added.</summary>
    internal void Commit()
    {
        lock (_edge) Volatile.Write(ref _size, _edge.Size);
    }

    /// <summary>Begins at a multiple of 256 leaves, from the tiles on disk.</summary>
    /// <exception cref="IOException">A tile is missing or too short.</exception>
    internal void Load(ulong size)
    {
        lock (_edge)
        {
            _edge.Load(size, t => _files.ReadFull(t));
            Volatile.Write(ref _size, size);
            _unwritten.Clear();
        }
    }

    /// <summary>The nodes of the first <paramref name="size"/> leaves.</summary>
    internal INodeSource Nodes(ulong size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return new TileNodeSource(size, ReadHashes);
    }

    /// <summary>Whether the first <paramref name="size"/> leaves have a root. They have not only where the framework's SHA-256 says so too.</summary>
    internal bool HasRoot(ulong size, Digest root) => RootAt(size) == root || PlainRootAt(size) == root;

    /// <summary>Root of the first <paramref name="size"/> leaves.</summary>
    internal Digest RootAt(ulong size) => TreeRoot.At(size, Nodes(size));

    /// <summary>As <see cref="RootAt"/>, by the framework's SHA-256: what is signed, and what stands behind a difference.</summary>
    internal Digest PlainRootAt(ulong size) => TreeRoot.At(size, new TileNodeSource(size, ReadHashes, BulkSha256.Framework));

    /// <summary>How full tiles are hashed.</summary>
    internal BulkSha256 By => _edge.By;

    /// <summary>The bytes of a tile of this tree or of an earlier one.</summary>
    /// <exception cref="FileNotFoundException">Its file is missing.</exception>
    internal ReadOnlyMemory<byte> Read(TileId tile)
    {
        byte[]? full;
        lock (_edge)
        {
            if (_edge.Read(tile) is { } bytes) return bytes;
            _unwritten.TryGetValue(tile.Full, out full);
        }

        full ??= _files.Read(tile.Full);
        if (!tile.IsPartial) return full;
        return tile.IsEntryBundle ? EntryBundle.Encode(EntryBundle.Parse(full).Take(tile.Width)) : full.AsMemory(0, Math.Min(full.Length, tile.Width * Digest.Size));
    }

    /// <summary>Whether a full tile is not known to be on the medium yet.</summary>
    internal bool IsUnwritten(TileId tile)
    {
        lock (_edge) return _unwritten.ContainsKey(tile);
    }

    /// <summary>The bytes of a tile when it is in the right edge, else null.</summary>
    internal byte[]? ReadEdge(TileId tile)
    {
        lock (_edge) return _edge.Read(tile);
    }

    /// <summary>Writes the full tiles that are not on the medium yet, and makes them last. Holds up neither the writer nor readers. Whatever fails, the next call writes all of them again: nothing rests on a file whose sync failed.</summary>
    internal void SyncFull()
    {
        lock (_writing)
        {
            KeyValuePair<TileId, byte[]>[] unwritten;
            lock (_edge) unwritten = [.. _unwritten];
            foreach (var (tile, bytes) in unwritten) _files.Write(tile, bytes);
            _files.Sync([.. unwritten.Select(t => t.Key)]); // after all writes: the first sync has the file system's journal written for all
            lock (_edge)
                foreach (var (tile, _) in unwritten) _unwritten.Remove(tile);
        }
    }

    private ReadOnlyMemory<byte> ReadHashes(TileId tile)
    {
        try
        {
            return Read(tile);
        }
        catch (FileNotFoundException e)
        {
            throw new MissingNodeException(tile.Level * TileId.Height, tile.Index * TileId.FullWidth, $"the tile {tile.Path} is not there.", e);
        }
    }

    private void TrySyncFull()
    {
        if (!_writing.TryEnter()) return; // somebody is at it
        try
        {
            SyncFull();
        }
        catch (Exception e) when (e is IOException or StorageFullException)
        {
            // They stay in memory, where readers find them, until they are published; a crash before that loses nothing that the volumes do not give again.
        }
        finally
        {
            _writing.Exit();
        }
    }
}
