using System.Text.Json;

namespace Evidence.Network.Ledger;

/// <summary>
/// The state file of the development chain and its rotated copies. The chain rewrites its file whole and in place: killed while it
/// writes, it leaves half a file. So copies are taken only of files that are whole, and a start takes the newest one that is.
/// </summary>
internal sealed class LedgerState(string folder, int copies)
{
    private DateTime _copied;

    /// <summary>The file that the chain reads and writes.</summary>
    internal string Current => Path.Combine(folder, "state.json");

    /// <summary>Whether a chain has lived in this folder.</summary>
    internal bool Exists => File.Exists(Current) || Copies.Any(File.Exists);

    /// <summary>The copies, the newest first.</summary>
    private IEnumerable<string> Copies => Enumerable.Range(1, copies).Select(n => Path.Combine(folder, $"state.{n}.json"));

    /// <summary>Makes the newest whole state the current one. A broken one is kept aside; it is only ever looked at by people.</summary>
    /// <exception cref="InvalidOperationException">There were states, and none of them is whole.</exception>
    internal void Recover()
    {
        if (!Exists) return;
        if (!IsWhole(Current)) TakeNewestCopy();
        if (GenesisBlocks.OnlyTheFirst(File.ReadAllBytes(Current)) is { } corrected) Replace(corrected, Current);
    }

    private void TakeNewestCopy()
    {
        var copy = Copies.FirstOrDefault(IsWhole)
            ?? throw new InvalidOperationException($"No state of the development chain in {folder} can be read. To begin a new chain, remove the folder.");
        SetAside();
        Replace(File.ReadAllBytes(copy), Current);
    }

    /// <summary>Makes the newest copy the current state, and takes it from the copies, so that the next call comes to the one before.</summary>
    /// <exception cref="InvalidOperationException">There is no copy left.</exception>
    internal void FallBack()
    {
        SetAside();
        var copy = Copies.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"The development chain in {folder} can be started from none of its states. To begin a new chain, remove the folder.");
        File.Move(copy, Current);
    }

    /// <summary>Takes a copy of the current state if it has changed and is whole at this moment.</summary>
    internal void Rotate()
    {
        var written = File.GetLastWriteTimeUtc(Current);
        if (written == _copied || !File.Exists(Current)) return;
        var bytes = File.ReadAllBytes(Current);
        if (!IsWhole(bytes)) return;
        Add(bytes);
        _copied = written;
    }

    /// <summary>Puts a state in front of the copies.</summary>
    internal void Add(byte[] state)
    {
        string[] names = [.. Copies];
        if (names.Length == 0) return;
        for (var i = names.Length - 1; i > 0; i--)
            if (File.Exists(names[i - 1])) File.Move(names[i - 1], names[i], overwrite: true);
        Replace(state, names[0]);
    }

    /// <summary>Puts another state in the place of all that is there.</summary>
    internal void Restore(byte[] state)
    {
        foreach (var copy in Copies) File.Delete(copy);
        Replace(state, Current);
    }

    /// <summary>A crash leaves either the file as it was or the new one.</summary>
    private static void Replace(byte[] bytes, string path)
    {
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    private void SetAside()
    {
        if (File.Exists(Current)) File.Move(Current, Path.Combine(folder, "state.unreadable.json"), overwrite: true);
    }

    private static bool IsWhole(string path) => File.Exists(path) && IsWhole(File.ReadAllBytes(path));

    private static bool IsWhole(byte[] state)
    {
        try
        {
            var reader = new Utf8JsonReader(state);
            while (reader.Read()) { }
            return state.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
