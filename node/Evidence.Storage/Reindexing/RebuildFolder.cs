using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Tree;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Reindexing;

/// <summary>The folder beside a log in which index and tiles are built. What is in it when nobody builds may be removed, but for what the log had and a crash has left there on its way to quarantine.</summary>
internal sealed class RebuildFolder
{
    private readonly LogFolder _log;
    private readonly IMedium _medium;
    private readonly Quarantine _quarantine;

    private RebuildFolder(LogFolder log, IMedium medium, Quarantine quarantine)
    {
        (_log, _medium, _quarantine) = (log, medium, quarantine);
        TileFiles = new TileFiles(Root, medium);
    }

    internal TileFiles TileFiles { get; }

    internal string Root => Path.Combine(_log.Root, "reindex");

    internal string Index => Path.Combine(Root, Path.GetFileName(_log.Index));

    internal string Tiles => Path.Combine(Root, Path.GetFileName(_log.Tiles));

    /// <summary>Makes it, without what an earlier one left.</summary>
    internal static RebuildFolder Begin(LogFolder log, IMedium medium, Quarantine quarantine)
    {
        var folder = new RebuildFolder(log, medium, quarantine);
        folder.Remove();
        medium.CreateFolder(folder.Tiles);
        return folder;
    }

    internal SealSpill NewSpill(uint volume) => new(_medium, Path.Combine(Root, VolumeName.Of(volume) + ".seals"), volume);

    internal void Remove()
    {
        if (!Directory.Exists(Root)) return;
        foreach (var path in (string[])[Tiles, Index]) Keep(Path.GetFileName(path), path + FolderExchange.Suffix);
        _medium.RemoveTree(Root);
    }

    /// <summary>
    /// Puts what was built in the place of what the log had, which goes into quarantine. A crash before the first change leaves the log as it was, one between the two new tiles with the old index,
    /// one behind them the new ones and the old ones in the folder beside; where the file system cannot exchange folders at once, also a log without tiles or index, and the old ones set aside there. All of these open:
    /// tiles are held to the checkpoint and the index to the volumes, and what is missing is made from the volumes.
    /// </summary>
    internal void Install()
    {
        SyncIndex();
        Exchange(Tiles, _log.Tiles);
        Exchange(Index, _log.Index);
        Keep("tile", Tiles);
        Keep("index", Index);
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

    private void Keep(string what, string path)
    {
        var finding = new Finding(FindingCodes.IndexUnexpected, Severity.Info, Layer.Storage, what, "Replaced when the log was reindexed. It may be removed.");
        _quarantine.Move(what, path, FindingText.Of(finding));
    }
}
