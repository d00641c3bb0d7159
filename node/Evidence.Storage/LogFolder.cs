using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Storage.Durable;
using Evidence.Storage.Volumes;

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

    /// <summary>Makes the folders and log.json, or holds log.json to the log's name and key.</summary>
    /// <exception cref="StorageException">The folder is another log's.</exception>
    internal void Open(IMedium medium, string origin, VerifierKey key)
    {
        foreach (var folder in (string[])[Root, Volumes, Tiles, Path("proofs"), Quarantine]) Directory.CreateDirectory(folder);
        var file = Path("log.json");
        var identity = CanonicalJson.Serialize(new JsonObject { ["origin"] = origin, ["key"] = key.ToString() });
        if (!File.Exists(file)) SmallFile.Replace(medium, file, identity); // a crash before this: an empty folder, made again
        else if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(identity))
            throw new StorageException($"{file} is not that of the log {origin} with the key {key}; it says {Encoding.UTF8.GetString(File.ReadAllBytes(file))}. Give this log a folder of its own, or restore log.json.");
        medium.SyncFolder(Root);
    }

    private string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);
}
