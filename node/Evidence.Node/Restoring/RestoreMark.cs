using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Restoring;

/// <summary>
/// restore/state.json in the data folder: a restore was begun and has not ended. While it is there no node starts on the folder: a log that is restored in part would grow into a second history.
/// It is written before the first byte of the log and removed after the last.
/// </summary>
internal sealed class RestoreMark(string dataFolder)
{
    private const string Format = "evidence.restore/1";
    private readonly string _path = Path.Combine(dataFolder, "restore", "state.json");

    /// <summary>Folder of what a restore needs while it runs.</summary>
    internal string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>Whether a restore was begun and not ended.</summary>
    internal bool IsSet => File.Exists(_path);

    /// <exception cref="StorageException">A restore was begun and not ended.</exception>
    internal static void Check(string dataFolder)
    {
        if (new RestoreMark(dataFolder).IsSet)
            throw new StorageException($"A restore of the log in {dataFolder} was begun and has not ended. Give `evidence node restore` again; it goes on where it was, and says what to do about leaves that nobody has any more.");
    }

    /// <summary>The checkpoint that an earlier run restored up to; null when there was none, or the file cannot be read.</summary>
    internal SignedNote? ReadCheckpoint()
    {
        try
        {
            return IsSet && CanonicalJson.Parse(File.ReadAllBytes(_path)) is JsonObject json && json["checkpoint"]?.GetValue<string>() is { } note ? SignedNote.Parse(note) : null;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return null; // the mark itself is what counts; the checkpoint only keeps the next run from stopping short of it
        }
    }

    internal void Set(SignedNote checkpoint)
    {
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SmallFile.SyncFolder(dataFolder);
        SmallFile.Replace(_path, CanonicalJson.Serialize(new JsonObject { ["format"] = Format, ["checkpoint"] = checkpoint.Encode() }));
    }

    internal void Clear()
    {
        foreach (var scratch in Directory.EnumerateFiles(Folder).Where(path => path != _path)) File.Delete(scratch);
        File.Delete(_path); // a crash before this: the next run finds everything there, and ends here
        SmallFile.SyncFolder(Folder);
        Directory.Delete(Folder);
    }
}
