using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Sweeping;

/// <summary>Reads full hash tiles of the leaves, and the entry bundles beside them, from the medium, and says only whether both are in order. Safe for use by several threads.</summary>
public sealed class TileSweep(LogStore store) : IDisposable
{
    private const int LengthSize = sizeof(ushort);
    private readonly ConcurrentBag<Desk> _desks = [];

    /// <summary>False once the page cache may have answered instead of the medium.</summary>
    public bool CacheExcluded { get; private set; } = true;

    /// <summary>Whether the entries hash to the hashes of the tile, and those to the node above. False also where it cannot be judged in this way.</summary>
    /// <param name="index">Number of the tile; it is full.</param>
    /// <param name="node">The node of the tree that stands for its 256 leaves.</param>
    public bool IsInOrder(ulong index, Digest node)
    {
        var desk = _desks.TryTake(out var free) ? free : new Desk();
        try
        {
            return Read(new TileId(0, index, TileId.FullWidth), desk.Hashes, out var hashes) && hashes == TileId.FullWidth * Digest.Size
                && Read(TileId.EntryBundle(index, TileId.FullWidth), desk.Entries, out var length) && desk.Agrees(length, node);
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            _desks.Add(desk);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var desk in _desks) desk.Dispose();
    }

    private bool Read(TileId tile, Chunk into, out int length)
    {
        length = 0;
        using var reader = new MediumReader(store.TileFiles.PathOf(tile), fromMedium: true);
        if (reader.Length > into.ForRead.Length) return false;
        length = reader.ReadAligned(into.ForRead, 0);
        if (!reader.CacheExcluded) CacheExcluded = false;
        return length == reader.Length;
    }

    /// <summary>Room for one tile and its bundle.</summary>
    private sealed class Desk : IDisposable
    {
        private readonly MessageRange[] _ranges = new MessageRange[TileId.FullWidth];
        private readonly Digest[] _leaves = new Digest[TileId.FullWidth];

        internal Chunk Hashes { get; } = new();

        internal Chunk Entries { get; } = new();

        internal bool Agrees(int length, Digest node)
        {
            var bundle = Entries.ForRead[..length];
            if (!TrySplit(bundle)) return false;
            BulkSha256.Best.HashLeaves(bundle, _ranges, _leaves);
            var stored = MemoryMarshal.Cast<byte, Digest>(Hashes.ForRead[..(TileId.FullWidth * Digest.Size)]);
            return stored.SequenceEqual(_leaves) && MerkleTree.Root(_leaves) == node;
        }

        public void Dispose()
        {
            Hashes.Dispose();
            Entries.Dispose();
        }

        private bool TrySplit(ReadOnlySpan<byte> bundle)
        {
            var at = 0;
            for (var i = 0; i < _ranges.Length; i++)
            {
                if (bundle.Length - at < LengthSize) return false;
                var length = BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]);
                at += LengthSize;
                if (bundle.Length - at < length) return false;
                _ranges[i] = new MessageRange(at, length);
                at += length;
            }

            return at == bundle.Length;
        }
    }
}
