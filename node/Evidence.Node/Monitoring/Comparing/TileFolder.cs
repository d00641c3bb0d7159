using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Looks for files in the tile folder that no tree of this log accounts for. Narrower tiles that the log has outgrown are none of them.</summary>
internal static class TileFolder
{
    internal static IEnumerable<(string Path, Finding Finding)> FindUnexpected(LogStore store)
    {
        var root = Path.Combine(store.Folder, "tile");
        if (!Directory.Exists(root)) yield break;
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToList())
        {
            var name = Path.GetRelativePath(store.Folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (IsAccountedFor(name, store) || !File.Exists(path)) continue;
            yield return (path, new Finding(FindingCodes.TileUnexpected, Severity.Warning, Layer.Log, name, $"The file {name} belongs to no tree that this log had."));
        }
    }

    private static bool IsAccountedFor(string name, LogStore store)
    {
        if (name.EndsWith(".tmp", StringComparison.Ordinal)) name = name[..^4]; // being written, or left by a crash and overwritten by the next write
        if (!TileId.TryParse(name, out var tile)) return false;
        var size = Math.Max(store.Size, store.Checkpoint is { } note ? Checkpoint.Parse(note.Text).Size : 0);
        var width = size >> (TileId.Height * Math.Max(tile.Level, 0));
        return tile.Index * TileId.FullWidth + (ulong)tile.Width <= width;
    }
}
