using System.Globalization;
using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Judging;
using Evidence.Storage;
using Evidence.Storage.Sweeping;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Compares every live hash tile and entry bundle, byte for byte, with the tree as it must have been.</summary>
internal sealed class TileComparison(LogStore store, JudgedTree tree, TileReads reads, SweepProgress progress)
{
    /// <summary>What is wrong with the live tiles; what looks wrong is read a second time first.</summary>
    internal IEnumerable<Finding> Run(CancellationToken ct)
    {
        var inOrder = FindInOrder(ct);
        foreach (var tile in TileId.All(tree.Size))
        {
            ct.ThrowIfCancellationRequested();
            if (tile is { Level: <= 0, IsPartial: false } && inOrder[tile.Index]) continue;
            if (Check(tile) is null) continue;
            tree.UseFramework();
            if (Check(tile) is { } finding) yield return finding;
        }
    }

    /// <summary>Which of the full level-0 tiles, with their entry bundles, are in order: nearly all of them are, and are done with here, many at once.</summary>
    private bool[] FindInOrder(CancellationToken ct)
    {
        var nodes = new Digest?[tree.Size / TileId.FullWidth];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = tree.NodeOrNull(TileId.Height, (ulong)i); // the tree is not for several threads
        var inOrder = new bool[nodes.Length];
        using var sweep = new TileSweep(store);
        Parallel.For(0, nodes.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct },
            i => inOrder[i] = nodes[i] is { } node && sweep.IsInOrder((ulong)i, node));
        if (!sweep.CacheExcluded) progress.CacheNotExcluded();
        return inOrder;
    }

    private Finding? Check(TileId tile)
    {
        try
        {
            if (reads.Read(tile) is not { } bytes) return Report(FindingCodes.TileMissing, tile, "is missing");
            return tile.IsEntryBundle ? CheckEntries(tile, bytes) : CheckHashes(tile, bytes);
        }
        catch (IOException e)
        {
            return Report(FindingCodes.TileUnreadable, tile, $"cannot be read: {e.Message}");
        }
        catch (MissingNodeException e)
        {
            return Report(FindingCodes.TileUnreadable, tile, $"cannot be judged: {e.Message}");
        }
    }

    private Finding? CheckHashes(TileId tile, byte[] bytes)
    {
        if (bytes.Length != tile.Width * Digest.Size)
            return Report(FindingCodes.TileChanged, tile, "has another length than it must have", $"{tile.Width * Digest.Size} bytes", $"{bytes.Length} bytes");
        var hashes = MemoryMarshal.Cast<byte, Digest>(bytes);
        for (var i = 0; i < hashes.Length; i++)
        {
            var expected = tree.Node(tile.Level * TileId.Height, tile.Index * TileId.FullWidth + (ulong)i);
            if (hashes[i] != expected) return Report(FindingCodes.TileChanged, tile, $"differs from the seals at hash {i}", expected.ToString(), hashes[i].ToString());
        }
        return null;
    }

    private Finding? CheckEntries(TileId tile, byte[] bytes)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> entries;
        try
        {
            entries = EntryBundle.Parse(bytes);
        }
        catch (FormatException e)
        {
            return Report(FindingCodes.TileChanged, tile, $"is not a bundle of entries: {e.Message}");
        }
        if (entries.Count != tile.Width)
            return Report(FindingCodes.TileChanged, tile, "has another number of entries than it must have", Text(tile.Width), Text(entries.Count));
        for (var i = 0; i < entries.Count; i++)
        {
            var leaf = tile.Index * TileId.FullWidth + (ulong)i;
            var expected = tree.Leaf(leaf) ?? throw new MissingNodeException(0, leaf, "neither the volumes nor the tiles say it.");
            var actual = MerkleTree.LeafHash(entries[i].Span);
            if (actual != expected) return Report(FindingCodes.TileChanged, tile, $"holds another seal than the log at leaf {leaf}", expected.ToString(), actual.ToString());
        }
        return null;
    }

    private static Finding Report(string code, TileId tile, string what, string? expected = null, string? actual = null) => new(
        code, Severity.Error, Layer.Log, tile.Path, $"{(tile.IsEntryBundle ? "The entry bundle" : "The hash tile")} {tile.Path} {what}.", expected, actual);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
