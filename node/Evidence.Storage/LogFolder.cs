using System.Text;
using Evidence.Core.Notes;
using Evidence.Storage.Durable;

namespace Evidence.Storage;

/// <summary>What lies where in a log's folder.</summary>
internal sealed class LogFolder(string path)
{
    internal string Root { get; } = System.IO.Path.GetFullPath(path);

    internal string Volumes => Path("volumes");

    internal string Index => Path("index");

    internal string Tiles => Path("tile");

    internal string Checkpoint => Path("checkpoint");

    internal string Anchors => Path("proofs", "anchors.log");

    internal string Cosignatures => Path("proofs", "cosignatures.log");

    internal string Quarantine => Path("quarantine");

    internal string Volume(uint volume) => System.IO.Path.Combine(Volumes, VolumeName.FileOf(volume));

    internal string Staging(LogStoreOptions options) => System.IO.Path.GetFullPath(options.StagingFolder ?? Path("staging"));

    /// <summary>Says whose log this is.</summary>
    internal string Identity => Path(LogIdentity.FileName);

    /// <summary>Makes the folders and log.json, or holds log.json to the log's keys: what the longer history of the two says is kept. Null when the file cannot be read, or is missing beside volumes, and so must be written anew.</summary>
    /// <exception cref="StorageException">The folder is another log's.</exception>
    internal LogKeyHistory? Open(IMedium medium, LogKeyHistory keys)
    {
        CreateLasting(medium, Root);
        foreach (var folder in (string[])[Volumes, Tiles, Path("proofs"), Quarantine]) medium.CreateFolder(folder);
        if (!File.Exists(Identity) && !HasVolumes) WriteIdentity(medium, keys); // a crash before this: an empty folder, made again
        var held = File.Exists(Identity) ? ReadIdentity(keys) : null;
        medium.SyncFolder(Root);
        if (held is null || held.Extends(keys)) return held;
        WriteIdentity(medium, keys); // a crash before this: the history as it was, and whoever opens the log knows the longer one
        return keys;
    }

    private bool HasVolumes => Directory.EnumerateFiles(Volumes).Any();

    internal void WriteIdentity(IMedium medium, LogKeyHistory keys) => SmallFile.Replace(medium, Identity, LogIdentity.Encode(keys));

    private LogKeyHistory? ReadIdentity(LogKeyHistory keys)
    {
        var bytes = File.ReadAllBytes(Identity);
        try
        {
            var held = LogIdentity.Parse(bytes);
            if (held.Extends(keys) || keys.Extends(held)) return held;
        }
        catch (FormatException) when (!LogIdentity.NamesAnother(bytes, keys))
        {
            return null;
        }
        catch (FormatException)
        {
            // Not whole, and still of another log.
        }

        throw new StorageException($"{Identity} is not that of the log {keys.Origin} with the keys {string.Join(", ", keys.Keys)}; it says {Encoding.UTF8.GetString(bytes)}. Give this log a folder of its own, or restore log.json.");
    }

    // Also the folders that lead to it: without their names, all that is synced within would be lost.
    private static void CreateLasting(IMedium medium, string folder)
    {
        var above = System.IO.Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(above)) CreateLasting(medium, above);
        medium.CreateFolder(folder);
        medium.SyncFolder(above); // a crash before this: no log at all, made again
    }

    private string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);
}
