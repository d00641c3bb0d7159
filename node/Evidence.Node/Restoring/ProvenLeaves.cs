using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Node.Replication;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Node.Restoring;

/// <summary>The hashes of all leaves of a tree, which together give a root that the log signed and every root that the ledger holds up to it: what each record is proven against. In a file, 32 bytes a leaf.</summary>
internal sealed class ProvenLeaves : IDisposable
{
    private const int TilesAtOnce = 16;
    private readonly SafeFileHandle _file;

    private ProvenLeaves(SafeFileHandle file, ulong size) => (_file, Size) = (file, size);

    /// <summary>Leaves of the tree.</summary>
    internal ulong Size { get; }

    /// <summary>A leaf's hash; null when the tree does not have it.</summary>
    internal Digest? Find(ulong leaf)
    {
        if (leaf >= Size) return null;
        Span<byte> hash = stackalloc byte[Digest.Size];
        return RandomAccess.Read(_file, hash, (long)leaf * Digest.Size) == Digest.Size ? new Digest(hash) : null;
    }

    /// <summary>Fetches the tiles of the lowest level from a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="signed">The tree, as the log signed it.</param>
    /// <param name="anchors">What the ledger holds; empty when it could not be asked.</param>
    /// <param name="path">File to keep the hashes in; replaced.</param>
    /// <param name="progress">Hears of leaves.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="PeerUntrueException">The tiles make another tree than was signed or anchored.</exception>
    internal static async Task<ProvenLeaves> FetchAsync(IPeer peer, Checkpoint signed, IEnumerable<LedgerAnchor> anchors, string path, IProgress<RestoreProgress> progress, CancellationToken ct)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        try
        {
            var tree = new HeldTree(peer, signed, anchors);
            foreach (var tiles in TilesOf(signed.Size).Chunk(TilesAtOnce))
            {
                var fetched = await Task.WhenAll(tiles.Select(tile => peer.ReadTileAsync(signed.Origin, tile, ct)));
                foreach (var (tile, bytes) in tiles.Zip(fetched)) Take(peer, file, tree, tile, bytes);
                progress.Report(new RestoreProgress(RestoreStage.Leaves, (long)tree.Size, (long)signed.Size));
            }

            return new ProvenLeaves(file, signed.Size);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static IEnumerable<TileId> TilesOf(ulong size)
    {
        for (ulong first = 0; first < size; first += TileId.FullWidth) yield return TileId.ForNode(0, first, size);
    }

    private static void Take(IPeer peer, SafeFileHandle file, HeldTree tree, TileId tile, byte[] bytes)
    {
        if (bytes.Length != tile.Width * Digest.Size)
            throw new PeerUntrueException(peer.Name, $"its tile {tile} has not the length that it must have.", $"{tile.Width * Digest.Size} bytes", $"{bytes.Length} bytes");
        RandomAccess.Write(file, bytes, (long)tree.Size * Digest.Size);
        for (var at = 0; at < bytes.Length; at += Digest.Size) tree.Add(new Digest(bytes.AsSpan(at, Digest.Size)));
    }

    /// <summary>A tree that is compared, while it grows, with each root that it must have.</summary>
    private sealed class HeldTree
    {
        private readonly IPeer _peer;
        private readonly GrowingRoot _tree = new();
        private readonly Queue<(ulong Size, Digest Root, string Source)> _roots;

        internal HeldTree(IPeer peer, Checkpoint signed, IEnumerable<LedgerAnchor> anchors)
        {
            var anchored = anchors.Where(anchor => anchor.Size <= signed.Size).Select(anchor => (anchor.Size, anchor.Root, "the ledger holds an anchor of"));
            (_peer, _roots) = (peer, new([.. anchored.Append((signed.Size, signed.Root, "the log signed")).OrderBy(root => root.Item1)]));
        }

        internal ulong Size => _tree.Size;

        internal void Add(Digest leaf)
        {
            _tree.Add(leaf);
            while (_roots.TryPeek(out var root) && root.Size == _tree.Size)
            {
                var actual = _tree.Root;
                if (actual != root.Root) throw new PeerUntrueException(_peer.Name, $"its tiles make another tree of {root.Size} leaves than {root.Source}.", root.Root.ToString(), actual.ToString());
                _roots.Dequeue();
            }
        }
    }
}
