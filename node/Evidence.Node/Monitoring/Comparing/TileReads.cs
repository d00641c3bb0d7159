using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Reads the tiles of a log of a given size from the medium, while the log may grow.</summary>
internal sealed class TileReads(LogStore store, ulong size, SweepProgress progress)
{
    private (ulong Index, Digest[]? Hashes)? _bundle;

    /// <summary>The bytes of a live tile; of a wider one at the same place where the log has outgrown it. Null: neither is there.</summary>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    internal byte[]? Read(TileId tile)
    {
        if (ReadFile(tile) is { } bytes) return bytes;
        var grown = Grown(tile);
        return grown == tile || ReadFile(grown) is not { } wider ? null : Narrow(wider, tile);
    }

    /// <summary>Hashes of a level-0 tile; null when it cannot be read or has not the right length.</summary>
    internal IReadOnlyList<Digest>? Leaves(ulong index) => Hashes(new TileId(0, index, Width(0, index)));

    /// <summary>What the entry of a leaf hashes to; null when its entry bundle cannot be read or is none. Whoever asks in the order of the leaves has each bundle read once.</summary>
    internal Digest? FromBundle(ulong leaf)
    {
        var index = leaf / TileId.FullWidth;
        if (_bundle is not { } kept || kept.Index != index) _bundle = kept = (index, Entries(index));
        return kept.Hashes?[(int)(leaf % TileId.FullWidth)];
    }

    /// <summary>The hash that the level above holds for a full level-0 tile; null when it holds none or cannot be read.</summary>
    internal Digest? HashAbove(ulong index)
    {
        var above = index / TileId.FullWidth;
        var width = Width(1, above);
        var at = (int)(index % TileId.FullWidth);
        return at < width ? Hashes(new TileId(1, above, width))?[at] : null;
    }

    private Digest[]? Hashes(TileId tile)
    {
        try
        {
            return Read(tile) is { } bytes && bytes.Length == tile.Width * Digest.Size ? MemoryMarshal.Cast<byte, Digest>(bytes).ToArray() : null;
        }
        catch (IOException)
        {
            return null; // the comparison of tiles reports it; here it only says nothing
        }
    }

    private Digest[]? Entries(ulong index)
    {
        var tile = TileId.EntryBundle(index, Width(0, index));
        try
        {
            return Read(tile) is { } bytes && EntryBundle.Parse(bytes) is var entries && entries.Count == tile.Width ? [.. entries.Select(static entry => MerkleTree.LeafHash(entry.Span))] : null;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return null; // the comparison of tiles reports it; here it only says nothing
        }
    }

    private int Width(int level, ulong index) => WidthAt(size, level, index);

    private TileId Grown(TileId tile)
    {
        var now = store.Checkpoint is { } note ? Checkpoint.Parse(note.Text).Size : size;
        return tile with { Width = Math.Max(tile.Width, WidthAt(now, tile.Level, tile.Index)) };
    }

    private static int WidthAt(ulong size, int level, ulong index)
    {
        var hashes = size >> (TileId.Height * Math.Max(level, 0));
        return hashes <= index * TileId.FullWidth ? 0 : (int)Math.Min(TileId.FullWidth, hashes - index * TileId.FullWidth);
    }

    private byte[]? ReadFile(TileId tile)
    {
        try
        {
            var bytes = MediumFile.ReadAll(Path.Combine(store.Folder, tile.Path), out var cacheExcluded);
            if (!cacheExcluded) progress.CacheNotExcluded();
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static byte[] Narrow(byte[] wider, TileId tile)
    {
        if (!tile.IsEntryBundle) return wider.Length < tile.Width * Digest.Size ? wider : wider[..(tile.Width * Digest.Size)];
        try
        {
            return EntryBundle.Encode(EntryBundle.Parse(wider).Take(tile.Width));
        }
        catch (FormatException)
        {
            return wider;
        }
    }
}
