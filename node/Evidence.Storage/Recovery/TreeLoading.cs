using System.Globalization;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Recovery;

/// <summary>Has the tree in memory again: from the tiles when they give the checkpoint's root, else from the seals in the volumes, held to the same root.</summary>
internal static class TreeLoading
{
    /// <summary>Loads the tree of the published checkpoint from full tiles and the last entry bundle; false when they are missing or do not give its root. Without a checkpoint the tree is empty.</summary>
    internal static bool FromTiles(LogStore store)
    {
        if (store.Published.Current?.Checkpoint is not { } checkpoint) return true;
        try
        {
            Load(store, checkpoint.Size);
            if (store.Tree.HasRoot(checkpoint.Size, checkpoint.Root)) return true;
            store.Report(Finding(FindingCodes.TileChanged, "tile", "The tiles do not give the root of the published checkpoint."));
        }
        catch (Exception e) when (e is FileNotFoundException or MissingNodeException)
        {
            store.Report(Finding(FindingCodes.TileMissing, "tile", e.Message));
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            store.Report(Finding(FindingCodes.TileUnreadable, "tile", e.Message));
        }

        store.Tree.Load(0);
        return false;
    }

    /// <summary>Adds the leaves that the volumes hold behind the tree's end. Stops where a leaf is missing or its seal is not the one that was indexed.</summary>
    internal static void Extend(LogStore store)
    {
        using var seals = new SealFinder(store.Files);
        var leaves = store.Index.Leaves();
        for (var leaf = store.Tree.Size; leaves.Find(leaf) is { } entry; leaf++)
        {
            if (TryRead(seals, entry) is not { } seal)
            {
                store.Report(Finding(FindingCodes.SealUnreadable, string.Create(CultureInfo.InvariantCulture, $"leaf {leaf}"), $"The seal of record {entry.Record} is damaged or missing: the tree ends before it."));
                break;
            }

            store.Tree.Append(seal, MerkleTree.LeafHash(seal));
        }

        store.Tree.Commit();
    }

    /// <summary>The seal that the index speaks of, or null when other bytes or none lie there.</summary>
    internal static byte[]? TryRead(SealFinder seals, IndexedLeaf entry)
    {
        try
        {
            return seals.Read(entry.Place) is { } seal && Digest.Of(seal) == entry.SealSha256 ? seal : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Load(LogStore store, ulong size)
    {
        var width = (int)(size % TileId.FullWidth);
        store.Tree.Load(size - (ulong)width);
        if (width == 0) return;
        var bundle = EntryBundle.Parse(store.TileFiles.Read(TileId.EntryBundle(size / TileId.FullWidth, width)));
        foreach (var entry in bundle) store.Tree.Append(entry, MerkleTree.LeafHash(entry.Span));
        store.Tree.Commit();
        if (store.Tree.Size != size) throw new FormatException("The last entry bundle has not as many entries as the checkpoint says.");
    }

    private static Finding Finding(string code, string subject, string message) => new(code, Severity.Error, Layer.Log, subject, message);
}
