using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Storage.Tree;

/// <summary>The Merkle tree of a log: full tiles in files, the right edge in memory. One writer; readers at any time see the leaves that were committed.</summary>
internal sealed class LogTree(TileFiles files)
{
    private readonly TreeEdge _edge = new();
    private readonly Dictionary<TileId, byte[]> _unwritten = []; // full tiles whose file could not be written yet
    private readonly HashSet<TileId> _unsynced = [];
    private ulong _size;

    /// <summary>Leaves that were committed.</summary>
    internal ulong Size => Volatile.Read(ref _size);

    /// <summary>Root of the committed leaves.</summary>
    internal Digest Root => RootAt(Size);

    /// <summary>Adds a leaf, not to be seen before <see cref="Commit"/>. Cannot fail for want of room: a tile that cannot be written stays in memory until it can.</summary>
    internal void Append(ReadOnlyMemory<byte> seal, Digest leafHash)
    {
        List<(TileId, byte[])>? full = null;
        lock (_edge)
        {
            _edge.Append(seal, leafHash, (tile, bytes) =>
            {
                (full ??= []).Add((tile, bytes));
                _unwritten.Add(tile, bytes);
                _unsynced.Add(tile);
            });
        }

        foreach (var (tile, bytes) in full ?? []) TryWrite(tile, bytes);
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
            _edge.Load(size, t => files.ReadFull(t));
            Volatile.Write(ref _size, size);
            _unwritten.Clear();
            _unsynced.Clear();
        }
    }

    /// <summary>The nodes of the first <paramref name="size"/> leaves.</summary>
    internal INodeSource Nodes(ulong size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return new TileNodeSource(size, ReadHashes);
    }

    /// <summary>Root of the first <paramref name="size"/> leaves.</summary>
    internal Digest RootAt(ulong size) => TreeRoot.At(size, Nodes(size));

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

        full ??= files.Read(tile.Full);
        if (!tile.IsPartial) return full;
        return tile.IsEntryBundle ? EntryBundle.Encode(EntryBundle.Parse(full).Take(tile.Width)) : full.AsMemory(0, Math.Min(full.Length, tile.Width * Digest.Size));
    }

    /// <summary>Whether a full tile waits for its file to be written.</summary>
    internal bool IsUnwritten(TileId tile)
    {
        lock (_edge) return _unwritten.ContainsKey(tile);
    }

    /// <summary>The bytes of a tile when it is in the right edge, else null.</summary>
    internal byte[]? ReadEdge(TileId tile)
    {
        lock (_edge) return _edge.Read(tile);
    }

    /// <summary>Writes what is left of the full tiles and makes all of them last.</summary>
    internal void SyncFull()
    {
        KeyValuePair<TileId, byte[]>[] unwritten;
        TileId[] unsynced;
        lock (_edge) (unwritten, unsynced) = ([.. _unwritten], [.. _unsynced]);
        foreach (var (tile, bytes) in unwritten) files.Write(tile, bytes);
        files.Sync(unsynced);
        lock (_edge)
        {
            foreach (var (tile, _) in unwritten) _unwritten.Remove(tile);
            _unsynced.ExceptWith(unsynced);
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

    private void TryWrite(TileId tile, byte[] bytes)
    {
        try
        {
            files.Write(tile, bytes);
            lock (_edge) _unwritten.Remove(tile);
        }
        catch (Exception e) when (e is IOException or StorageFullException)
        {
            // It stays in memory, where readers find it, until it is published; a crash before that loses nothing that the volumes do not give again.
        }
    }
}
