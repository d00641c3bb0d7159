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

    /// <summary>Says whose log this is.</summary>
    internal string Identity => Path("log.json");

    /// <summary>Makes the folders and log.json, or holds log.json to the log's name and key. False when it names no key at all, and so must be written anew.</summary>
    /// <exception cref="StorageException">The folder is another log's.</exception>
    internal bool Open(IMedium medium, string origin, VerifierKey key)
    {
        CreateLasting(medium, Root);
        foreach (var folder in (string[])[Volumes, Tiles, Path("proofs"), Quarantine]) medium.CreateFolder(folder);
        if (!File.Exists(Identity)) WriteIdentity(medium, origin, key); // a crash before this: an empty folder, made again
        var held = File.ReadAllBytes(Identity);
        var isOurs = held.AsSpan().SequenceEqual(IdentityOf(origin, key));
        if (!isOurs && NamesAKey(held))
            throw new StorageException($"{Identity} is not that of the log {origin} with the key {key}; it says {Encoding.UTF8.GetString(held)}. Give this log a folder of its own, or restore log.json.");
        medium.SyncFolder(Root);
        return isOurs;
    }

    internal void WriteIdentity(IMedium medium, string origin, VerifierKey key) => SmallFile.Replace(medium, Identity, IdentityOf(origin, key));

    // Also the folders that lead to it: without their names, all that is synced within would be lost.
    private static void CreateLasting(IMedium medium, string folder)
    {
        var above = System.IO.Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(above)) CreateLasting(medium, above);
        medium.CreateFolder(folder);
        medium.SyncFolder(above); // a crash before this: no log at all, made again
    }

    private static byte[] IdentityOf(string origin, VerifierKey key) => CanonicalJson.Serialize(new JsonObject { ["origin"] = origin, ["key"] = key.ToString() });

    private static bool NamesAKey(byte[] held)
    {
        try
        {
            return CanonicalJson.Parse(held) is JsonObject json && json["key"] is JsonValue value && value.TryGetValue<string>(out var text) && VerifierKey.Parse(text) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);
}
