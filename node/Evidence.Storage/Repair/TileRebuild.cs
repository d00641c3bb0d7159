using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Storage.Index;
using Evidence.Storage.Recovery;
using Evidence.Storage.Tree;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Repair;

/// <summary>Makes tiles and entry bundles anew from the seals in the volumes.</summary>
internal sealed class TileRebuild(LogStore store)
{
    private readonly List<TileId> _written = [];
    private readonly LeafCursor _leaves = store.Index.Leaves();

    /// <summary>Rebuilds the tiles of the published checkpoint and loads its tree from them; false, and nothing is written, when the seals do not give its root.</summary>
    internal bool TryLoad(CancellationToken ct) => TryRun(PublishedSize, ct) && Reload(PublishedSize, ct);

    /// <summary>Rebuilds the tiles of the tree in memory; false, and nothing is written, when the seals do not give the roots that the tree has.</summary>
    internal bool TryRun(CancellationToken ct)
    {
        var size = store.Size;
        return Try(size, store.RootAt(size), ct) is not null && TryRun(size, ct);
    }

    private ulong PublishedSize => store.Published.Current?.Checkpoint.Size ?? 0;

    private bool TryRun(ulong size, CancellationToken ct)
    {
        if (Try(PublishedSize, store.Published.Current?.Checkpoint.Root ?? MerkleTree.EmptyRoot, ct) is not { } trial) return false;
        if (!Feed(new TreeEdge(trial.By), size, trial.By, WriteIfWrong, ct)) return false; // a seal that was read a moment ago is not any more
        foreach (var tile in TileFiles.Partial(PublishedSize)) WriteIfWrong(tile, trial.Read(tile)!);
        store.TileFiles.SyncFolders(_written);
        store.Published.Rewrite();
        if (_written.Count > 0) StorageLog.Repaired(store.Logger, store.Origin, $"{_written.Count} tiles");
        return true;
    }

    // The seals do not give a root only where the framework's SHA-256 says so too.
    private TreeEdge? Try(ulong size, Digest root, CancellationToken ct) => Try(size, root, BulkSha256.Best, ct) ?? Try(size, root, BulkSha256.Framework, ct);

    private TreeEdge? Try(ulong size, Digest root, BulkSha256 by, CancellationToken ct)
    {
        var trial = new TreeEdge(by);
        return Feed(trial, size, by, (_, _) => { }, ct) && TreeRoot.At(size, new TileNodeSource(size, t => trial.Read(t), by)) == root ? trial : null;
    }

    private bool Reload(ulong size, CancellationToken ct)
    {
        var begin = size - (size % TileId.FullWidth);
        var seen = new List<byte[]>();
        using var seals = new SealFinder(store.Files);
        for (var leaf = begin; leaf < size; leaf++)
        {
            if (Seal(seals, leaf, ct) is not { } seal) return false; // leaving it out would put all later leaves in the wrong place
            seen.Add(seal);
        }

        store.Tree.Load(begin);
        foreach (var seal in seen) store.Tree.Append(seal, MerkleTree.LeafHash(seal));
        store.Tree.Commit();
        return true;
    }

    private bool Feed(TreeEdge edge, ulong size, BulkSha256 by, Action<TileId, byte[]> full, CancellationToken ct)
    {
        using var seals = new SealFinder(store.Files);
        var batch = new SealBatch();
        for (ulong leaf = 0; leaf < size; leaf++)
        {
            if (Seal(seals, leaf, ct) is not { } seal) return false;
            batch.Add(seal);
            if (batch.IsFull) batch.Drain(by, (bytes, hash) => edge.Append(bytes, hash, full));
        }

        batch.Drain(by, (bytes, hash) => edge.Append(bytes, hash, full));
        return true;
    }

    private byte[]? Seal(SealFinder seals, ulong leaf, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return _leaves.Find(leaf) is { } entry ? TreeLoading.TryRead(seals, entry) : null;
    }

    private void WriteIfWrong(TileId tile, byte[] bytes)
    {
        var path = store.TileFiles.PathOf(tile);
        if (File.Exists(path) && store.TileFiles.ReadFromMedium(tile).AsSpan().SequenceEqual(bytes)) return;
        var finding = new Finding(FindingCodes.TileChanged, Severity.Error, Layer.Log, tile.Path, "The tile was missing or wrong and was made anew from the seals.");
        store.Quarantine.Move(tile.Path.Replace('/', '_'), path, FindingText.Of(finding));
        store.TileFiles.Replace(tile, bytes);
        _written.Add(tile);
    }
}
