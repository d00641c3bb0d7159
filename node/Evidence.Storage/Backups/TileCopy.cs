using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Storage.Backups;

/// <summary>Copies the hash tiles that are new since a size, each held to the tile above it, as a tar file: a full one right behind the last of those below it, the partial ones of the tree last.</summary>
internal sealed class TileCopy(SourceLog log, ulong before, MediumOutput output, CancellationToken ct)
{
    private readonly byte[] _header = new byte[MemberHeader.MaxLength];

    /// <exception cref="StorageException">A tile is missing, or is not the one that the checkpoint stands for.</exception>
    internal void Run()
    {
        for (var index = before / TileId.FullWidth; index < log.Size / TileId.FullWidth; index++)
        {
            ct.ThrowIfCancellationRequested();
            CopyFull(0, index);
            var above = index + 1;
            for (var level = 1; level <= TileId.MaxLevel && above % TileId.FullWidth == 0; level++)
            {
                above /= TileId.FullWidth;
                CopyFull(level, above - 1);
            }
        }

        for (var level = 0; level <= TileId.MaxLevel; level++)
            if ((log.Size >> (TileId.Height * level)) is var count && count % TileId.FullWidth != 0) Write(new TileId(level, count / TileId.FullWidth, (int)(count % TileId.FullWidth)));
        output.Write(new byte[TarBlock.EndSize]);
    }

    private void CopyFull(int level, ulong index)
    {
        var tile = new TileId(level, index, TileId.FullWidth);
        var bytes = Write(tile);
        var above = TileId.Height * (level + 1);
        if (above < 64 && MerkleTree.Root(MemoryMarshal.Cast<byte, Digest>(bytes.Span), BulkSha256.Framework) != log.Node(above, index))
            throw new StorageException($"The tile {tile.Path} of {log.Keys.Origin} is not the one that its checkpoint stands for. Nothing was copied; have it repaired first (a sweep, or `evidence node reindex`).");
    }

    private ReadOnlyMemory<byte> Write(TileId tile)
    {
        var bytes = Read(tile);
        output.Write(_header.AsSpan(0, MemberHeader.Write(_header, tile.Path, bytes.Length, 0)));
        output.Write(bytes.Span);
        output.Write(new byte[TarBlock.Padding(bytes.Length)]);
        return bytes;
    }

    private ReadOnlyMemory<byte> Read(TileId tile)
    {
        try
        {
            return log.ReadTile(tile);
        }
        catch (IOException e)
        {
            throw new StorageException($"The tile {tile.Path} of {log.Keys.Origin} cannot be read: {e.Message} Have it repaired first (a sweep, or `evidence node reindex`).", e);
        }
    }
}
