using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Storage.Recovery;
using Evidence.Storage.Tree;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Repair;

/// <summary>Makes tiles and entry bundles anew from the seals in the volumes.</summary>
internal sealed class TileRebuild(LogStore store)
{
    private readonly List<TileId> _written = [];

    /// <summary>Rebuilds when the seals give the published checkpoint's root; otherwise nothing is written, and the result is false. The tree in memory is loaded anew, up to the checkpoint.</summary>
    internal bool TryRun(CancellationToken ct)
    {
        var size = store.Published.Current?.Checkpoint.Size ?? 0;
        var root = store.Published.Current?.Checkpoint.Root ?? MerkleTree.EmptyRoot;
        var trial = new TreeEdge();
        if (!Feed(trial, size, (_, _) => { }, ct) || TreeRoot.At(size, new TileNodeSource(size, t => trial.Read(t))) != root) return false;
        var edge = new TreeEdge();
        Feed(edge, size, WriteIfWrong, ct);
        foreach (var tile in TileFiles.Partial(size)) WriteIfWrong(tile, edge.Read(tile)!);
        store.TileFiles.SyncFolders(_written);
        store.Published.Rewrite();
        if (_written.Count > 0) StorageLog.Repaired(store.Logger, store.Origin, $"{_written.Count} tiles");
        Reload(size, ct);
        return true;
    }

    private void Reload(ulong size, CancellationToken ct)
    {
        var begin = size - (size % TileId.FullWidth);
        store.Tree.Load(begin);
        using var seals = new SealFinder(store.Files);
        for (var leaf = begin; leaf < size; leaf++)
            if (Seal(seals, leaf, ct) is { } seal) store.Tree.Append(seal, MerkleTree.LeafHash(seal));
        store.Tree.Commit();
    }

    private bool Feed(TreeEdge edge, ulong size, Action<TileId, byte[]> full, CancellationToken ct)
    {
        using var seals = new SealFinder(store.Files);
        for (ulong leaf = 0; leaf < size; leaf++)
        {
            if (Seal(seals, leaf, ct) is not { } seal) return false;
            edge.Append(seal, MerkleTree.LeafHash(seal), full);
        }

        return true;
    }

    private byte[]? Seal(SealFinder seals, ulong leaf, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return store.Index.FindLeaf(leaf) is { } entry ? TreeLoading.TryRead(seals, entry) : null;
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
