using System.Text;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Tree;

namespace Evidence.Storage.Repair;

/// <summary>
/// Holds the tiles on disk to the right edge in memory, which was held to the signed checkpoint when the log was opened. Every full tile's root stands in the tile above it; every entry hashes to its leaf.
/// A tile that is being published or superseded meanwhile is not reported: it is looked at again.
/// </summary>
internal sealed class TileComparison(LogStore store)
{
    private readonly AuthenticTiles _authentic = new(store.Tree);
    private readonly ulong _size = store.Size;
    private readonly Published? _published = store.Published.Current;

    internal IEnumerable<Finding> Run(CancellationToken ct)
    {
        foreach (var tile in Full())
        {
            ct.ThrowIfCancellationRequested();
            if (Compare(tile, b => tile.IsEntryBundle ? AreLeaves(tile, b) : _authentic.IsAuthentic(tile, b)) is { } finding) yield return finding;
        }

        foreach (var tile in TileFiles.Partial(_published?.Checkpoint.Size ?? 0))
            if (Compare(tile, b => store.Tree.Read(tile).Span.SequenceEqual(b)) is { } finding && !IsSuperseded) yield return finding;
        if (CompareCheckpoint() is { } wrong && !IsSuperseded) yield return wrong;
        foreach (var finding in Unexpected(ct)) yield return finding;
    }

    private bool IsSuperseded => store.Published.Current != _published;

    private IEnumerable<TileId> Full()
    {
        for (var level = TileId.MaxLevel; level >= TileId.EntriesLevel; level--)
        {
            var count = (_size >> (TileId.Height * Math.Max(level, 0))) / TileId.FullWidth;
            for (ulong index = 0; index < count; index++) yield return new TileId(level, index, TileId.FullWidth);
        }
    }

    private Finding? Compare(TileId tile, Func<byte[], bool> isRight)
    {
        if (store.Tree.IsUnwritten(tile)) return null; // it has no file yet, or one that is being written
        try
        {
            return isRight(store.TileFiles.ReadFromMedium(tile)) ? null : Finding(FindingCodes.TileChanged, tile.Path, "The tile is not the one that the tree has there.");
        }
        catch (FileNotFoundException)
        {
            return Finding(FindingCodes.TileMissing, tile.Path, "The tile is missing.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding(FindingCodes.TileUnreadable, tile.Path, $"The tile could not be read: {e.Message}");
        }
    }

    private bool AreLeaves(TileId bundle, byte[] bytes)
    {
        try
        {
            var entries = EntryBundle.Parse(bytes);
            if (entries.Count != bundle.Width) return false;
            for (var i = 0; i < entries.Count; i++)
                if (_authentic.LeafHash((bundle.Index * TileId.FullWidth) + (ulong)i) != MerkleTree.LeafHash(entries[i].Span)) return false;
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private Finding? CompareCheckpoint()
    {
        if (_published is null) return null;
        try
        {
            if (MediumFile.ReadAll(store.Files.Checkpoint, out _).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(_published.Note.Encode()))) return null;
            return Finding(FindingCodes.TileChanged, "checkpoint", "The checkpoint is not the one that was published.");
        }
        catch (FileNotFoundException)
        {
            return Finding(FindingCodes.TileMissing, "checkpoint", "The checkpoint is missing.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding(FindingCodes.TileUnreadable, "checkpoint", $"The checkpoint could not be read: {e.Message}");
        }
    }

    private IEnumerable<Finding> Unexpected(CancellationToken ct)
    {
        var partial = TileFiles.Partial(_published?.Checkpoint.Size ?? 0).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(store.Files.Tiles, "*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(store.Folder, path);
            if (IsLive(name, partial) || IsSuperseded || !File.Exists(path)) continue;
            yield return Finding(FindingCodes.TileUnexpected, name, "The file belongs to no tile of the log.");
        }
    }

    private bool IsLive(string name, HashSet<TileId> partial) =>
        TileId.TryParse(name, out var tile) && (tile.IsPartial ? partial.Contains(tile) : tile.Index < (store.Size >> (TileId.Height * Math.Max(tile.Level, 0))) / TileId.FullWidth);

    private static Finding Finding(string code, string subject, string message) => new(code, Severity.Error, Layer.Log, subject, message);
}
