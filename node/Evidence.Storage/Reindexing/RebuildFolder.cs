using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Tree;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Reindexing;

/// <summary>The folder beside a log in which index and tiles are built. It is never the log: whatever is in it when nobody builds may be removed.</summary>
internal sealed class RebuildFolder
{
    private readonly LogFolder _log;
    private readonly IMedium _medium;

    private RebuildFolder(LogFolder log, IMedium medium)
    {
        (_log, _medium) = (log, medium);
        TileFiles = new TileFiles(Root, medium);
    }

    internal TileFiles TileFiles { get; }

    internal string Root => Path.Combine(_log.Root, "reindex");

    internal string Index => Path.Combine(Root, Path.GetFileName(_log.Index));

    internal string Tiles => Path.Combine(Root, Path.GetFileName(_log.Tiles));

    /// <summary>Makes it, without what an earlier one left.</summary>
    internal static RebuildFolder Begin(LogFolder log, IMedium medium)
    {
        var folder = new RebuildFolder(log, medium);
        folder.Remove();
        medium.CreateFolder(folder.Tiles);
        return folder;
    }

    internal SealSpill NewSpill(uint volume) => new(_medium, Path.Combine(Root, VolumeName.Of(volume) + ".seals"), volume);

    internal void Remove()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    /// <summary>
    /// Puts what was built in the place of what the log had, which goes into quarantine. Each of the two changes places at once: a crash before the first leaves the log as it was, a crash between them new tiles with the old index,
    /// a crash behind them the new ones and the old ones in the folder beside. All of these open: tiles are held to the checkpoint and the index to the volumes.
    /// </summary>
    internal void Install(Quarantine quarantine)
    {
        SyncIndex();
        Exchange(Tiles, _log.Tiles);
        Exchange(Index, _log.Index);
        Keep(quarantine, "tile", Tiles);
        Keep(quarantine, "index", Index);
        Remove();
    }

    private void SyncIndex()
    {
        foreach (var path in Directory.EnumerateFiles(Index))
        {
            using var file = _medium.Open(path, FileMode.Open);
            file.Sync();
        }

        _medium.SyncFolder(Index);
        _medium.SyncFolder(Root);
    }

    private void Exchange(string built, string place)
    {
        _medium.ExchangeFolders(built, place);
        _medium.SyncFolder(Root);
        _medium.SyncFolder(_log.Root);
    }

    private static void Keep(Quarantine quarantine, string what, string path)
    {
        var finding = new Finding(FindingCodes.IndexUnexpected, Severity.Info, Layer.Storage, what, "Replaced when the log was reindexed. It may be removed.");
        quarantine.Move(what, path, FindingText.Of(finding));
    }
}
