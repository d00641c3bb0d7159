using Evidence.Core.Log;
using Evidence.Core.Volumes;

namespace Evidence.Core.Backups;

/// <summary>The hash tiles of a log out of the tar files that hold them. Only where each lies is held in memory, some 40 bytes for 256 leaves.</summary>
public sealed class TileArchive : IDisposable
{
    private const int Width = TileId.FullWidth * Digest.Size;

    private readonly Dictionary<TileId, (int File, long Offset)> _tiles = [];
    private readonly List<FileStream> _files = [];

    /// <summary>Reads where the tiles lie in a file.</summary>
    /// <exception cref="FormatException">It is not as a backup writes it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Add(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        _files.Add(file);
        var block = new byte[TarBlock.EndSize];
        while (true)
        {
            file.ReadExactly(block.AsSpan(0, TarBlock.Size));
            if (block[0] == 0) break;
            if (!MemberHeader.TryRead(block.AsSpan(0, TarBlock.Size), out var header) || !TileId.TryParse(header.Path, out var tile) || tile.IsEntryBundle || header.Size != tile.Width * Digest.Size) throw Wrong(file);
            _tiles[tile] = (_files.Count - 1, file.Position);
            file.Seek(TarBlock.RoundUp(header.Size), SeekOrigin.Current);
        }

        file.ReadExactly(block.AsSpan(TarBlock.Size));
        if (block.AsSpan().ContainsAnyExcept((byte)0) || file.ReadByte() >= 0) throw Wrong(file);
    }

    /// <summary>The bytes of a tile.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public ReadOnlyMemory<byte> Read(TileId tile)
    {
        if (!_tiles.TryGetValue(tile, out var at)) throw new FileNotFoundException($"The tile {tile.Path} is not on the medium.");
        var bytes = new byte[Math.Min(Width, tile.Width * Digest.Size)];
        var file = _files[at.File];
        file.Position = at.Offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private static FormatException Wrong(FileStream file) => new($"{Path.GetFileName(file.Name)} is not as a backup writes it at byte {file.Position - TarBlock.Size}.");
}
