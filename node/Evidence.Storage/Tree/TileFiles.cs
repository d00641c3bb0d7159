using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Tree;

/// <summary>Tiles and entry bundles as files.</summary>
internal sealed class TileFiles(string folder, IMedium medium)
{
    /// <summary>A tile's path.</summary>
    internal string PathOf(TileId tile) => Path.Combine(folder, tile.Path);

    /// <summary>The bytes of a tile's file.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    internal byte[] Read(TileId tile)
    {
        try
        {
            return File.ReadAllBytes(PathOf(tile));
        }
        catch (DirectoryNotFoundException e)
        {
            throw new FileNotFoundException($"The tile {tile.Path} is missing.", PathOf(tile), e);
        }
    }

    /// <summary>The bytes of a full hash tile.</summary>
    /// <exception cref="IOException">It is missing or has another length than a full tile.</exception>
    internal byte[] ReadFull(TileId tile)
    {
        var bytes = Read(tile.Full);
        var length = TileId.FullWidth * Digest.Size;
        return tile.IsEntryBundle || bytes.Length == length ? bytes : throw new IOException($"The tile {tile.Path} has {bytes.Length} bytes instead of {length}.");
    }

    /// <summary>Writes a tile that nothing refers to yet. It lasts once <see cref="Sync"/> was called for it; until then a crash may leave any of it, and opening writes it again.</summary>
    internal void Write(TileId tile, ReadOnlySpan<byte> bytes)
    {
        using var file = Open(tile, FileMode.Create);
        file.Write(bytes, 0);
    }

    /// <summary>Makes tiles last, with the folders that lead to them.</summary>
    internal void Sync(IReadOnlyCollection<TileId> tiles)
    {
        foreach (var tile in tiles)
        {
            using var file = medium.Open(PathOf(tile), FileMode.Open);
            file.Sync();
        }

        SyncFolders(tiles);
    }

    /// <summary>Makes the names of tiles last.</summary>
    internal void SyncFolders(IReadOnlyCollection<TileId> tiles)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tile in tiles)
            for (var at = Path.GetDirectoryName(PathOf(tile))!; at.Length >= folder.Length && folders.Add(at);) at = Path.GetDirectoryName(at)!;
        foreach (var path in folders) medium.SyncFolder(path);
    }

    /// <summary>Replaces a tile's file, wholly or not at all; its name lasts once <see cref="SyncFolders"/> was called for it.</summary>
    internal void Replace(TileId tile, ReadOnlySpan<byte> bytes)
    {
        medium.CreateFolder(Path.GetDirectoryName(PathOf(tile))!);
        SmallFile.Stage(medium, PathOf(tile), bytes);
    }

    /// <summary>The bytes of a tile's file as the medium has them.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    internal byte[] ReadFromMedium(TileId tile)
    {
        try
        {
            return MediumFile.ReadAll(PathOf(tile), out _);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new FileNotFoundException($"The tile {tile.Path} is missing.", PathOf(tile), e);
        }
    }

    /// <summary>Removes the partial tiles of one place but the live one.</summary>
    /// <param name="place">Any tile of that place.</param>
    /// <param name="live">The one that stays, or null.</param>
    internal void RemovePartial(TileId place, TileId? live)
    {
        var path = Path.GetDirectoryName(PathOf(place with { Width = 1 }))!;
        if (!Directory.Exists(path)) return;
        var keep = live is { } id ? PathOf(id) : null;
        foreach (var file in Directory.EnumerateFiles(path))
            if (file != keep) medium.Delete(file);
        if (keep is null) medium.RemoveFolder(path); // what a crash leaves of this is removed when the log is opened
    }

    /// <summary>Removes partial tiles beside the live ones of a tree of this size: what a crash between publishing and cleaning up leaves.</summary>
    internal void RemoveStray(ulong size)
    {
        var live = Partial(size).ToDictionary(t => t.Full);
        for (var level = TileId.EntriesLevel; level <= TileId.MaxLevel; level++)
        {
            var edge = (size >> (TileId.Height * Math.Max(level, 0))) / TileId.FullWidth;
            foreach (var index in edge == 0 ? [edge] : (ulong[])[edge - 1, edge])
                foreach (var place in PartialFolders(new TileId(level, index, TileId.FullWidth)))
                    RemovePartial(place, live.TryGetValue(place, out var tile) ? tile : null);
        }
    }

    // The places beside a tile, in the same folder, that have partial tiles.
    private TileId[] PartialFolders(TileId beside)
    {
        var parent = Path.GetDirectoryName(PathOf(beside))!;
        if (!Directory.Exists(parent)) return [];
        return [.. Directory.EnumerateDirectories(parent, "*.p")
            .Select(path => TileId.TryParse(Path.GetRelativePath(folder, path) + "/1", out var tile) ? tile.Full : (TileId?)null)
            .OfType<TileId>()];
    }

    /// <summary>The partial tiles that belong to a tree of this size.</summary>
    internal static IEnumerable<TileId> Partial(ulong size)
    {
        for (var level = TileId.EntriesLevel; level <= TileId.MaxLevel; level++)
        {
            var count = size >> (TileId.Height * Math.Max(level, 0));
            if (count % TileId.FullWidth != 0) yield return new TileId(level, count / TileId.FullWidth, (int)(count % TileId.FullWidth));
        }
    }

    private IMediumFile Open(TileId tile, FileMode mode)
    {
        var path = PathOf(tile);
        try
        {
            return medium.Open(path, mode);
        }
        catch (DirectoryNotFoundException)
        {
            medium.CreateFolder(Path.GetDirectoryName(path)!);
            return medium.Open(path, mode);
        }
    }
}
