using System.Text;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Tree;

namespace Evidence.Storage.Reindexing;

/// <summary>The folder beside a log in which index and tiles are built. What is in it when nobody builds may be removed, until <see cref="Install"/> begins to change the log: from then on it may hold what the log had, and a file in it says so, until that is in quarantine.</summary>
internal sealed class RebuildFolder
{
    private const string Replaced = "Replaced when the log was reindexed.";
    private const string Left = "Left by a reindexing that did not come to its end: what the log had, or what was built to replace it.";

    private readonly LogFolder _log;
    private readonly IMedium _medium;
    private readonly Quarantine _quarantine;

    private RebuildFolder(LogFolder log, IMedium medium, Quarantine quarantine)
    {
        (_log, _medium, _quarantine) = (log, medium, quarantine);
        TileFiles = new TileFiles(Root, medium);
    }

    internal TileFiles TileFiles { get; }

    /// <summary>Whether <see cref="Install"/> has begun to change the log.</summary>
    internal bool IsInstalling { get; private set; }

    internal string Root => Path.Combine(_log.Root, "reindex");

    internal string Index => Path.Combine(Root, Path.GetFileName(_log.Index));

    internal string Tiles => Path.Combine(Root, Path.GetFileName(_log.Tiles));

    private string Marker => Path.Combine(Root, "installing");

    /// <summary>Makes it, without what an earlier one left.</summary>
    internal static RebuildFolder Begin(LogFolder log, IMedium medium, Quarantine quarantine)
    {
        var folder = new RebuildFolder(log, medium, quarantine);
        folder.Remove();
        medium.CreateFolder(folder.Tiles);
        return folder;
    }

    internal SealSpill NewSpill(uint volume) => new(_medium, Path.Combine(Root, VolumeName.Of(volume) + ".seals"), volume);

    /// <summary>Removes it; what the log had goes into quarantine, and what was built as well where nobody knows which of them it is.</summary>
    internal void Remove()
    {
        if (!Directory.Exists(Root)) return;
        foreach (var path in (string[])[Tiles, Index])
        {
            Keep(path + FolderExchange.Suffix, Left);
            if (File.Exists(Marker)) Keep(path, Left);
        }

        _medium.RemoveTree(Root);
    }

    /// <summary>
    /// Puts what was built in the place of what the log had, which goes into quarantine. A crash before the first change leaves the log as it was, one between the two new tiles with the old index,
    /// one behind them the new ones, and what was replaced in the folder beside, from where the next reindexing takes it into quarantine; where the file system cannot exchange folders at once, also a log without tiles or index, and the old ones set aside there. All of these open:
    /// tiles are held to the checkpoint and the index to the volumes, and what is missing is made from the volumes.
    /// </summary>
    internal void Install()
    {
        SyncIndex();
        Mark();
        IsInstalling = true;
        Exchange(Tiles, _log.Tiles);
        Exchange(Index, _log.Index);
        Keep(Tiles, Replaced);
        Keep(Index, Replaced);
        Remove();
    }

    // Both folders have to last before anything of the log lies in one of them.
    private void Mark()
    {
        _medium.CreateFolder(_log.Quarantine);
        SmallFile.Replace(_medium, Marker, Encoding.UTF8.GetBytes("What the log had may lie in this folder. The next reindexing takes it into quarantine.\n"));
        _medium.SyncFolder(_log.Root);
    }

    private void SyncIndex()
    {
        foreach (var path in Directory.EnumerateFiles(Index))
        {
            using var file = _medium.Open(path, FileMode.Open);
            file.Sync();
        }

        _medium.SyncFolder(Index);
    }

    private void Exchange(string built, string place)
    {
        _medium.ExchangeFolders(built, place);
        _medium.SyncFolder(Root);
        _medium.SyncFolder(_log.Root);
    }

    private void Keep(string path, string why)
    {
        var what = Path.GetFileNameWithoutExtension(path); // set aside or not
        var finding = new Finding(FindingCodes.IndexUnexpected, Severity.Info, Layer.Storage, what, why + " It may be removed.");
        _quarantine.Move(what, path, FindingText.Of(finding));
    }
}
