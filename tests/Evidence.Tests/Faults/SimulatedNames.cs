namespace Evidence.Tests.Faults;

/// <summary>The names of a <see cref="SimulatedDisk"/> that were made, changed or removed since their folder was synced, each with all that it has meant since.</summary>
internal sealed class SimulatedNames
{
    private readonly Dictionary<string, List<Meaning>> _unsynced = new(StringComparer.Ordinal);

    /// <summary>What a name stands for: a file, a folder (null), or nothing.</summary>
    internal readonly record struct Meaning(bool Exists, SimulatedFile? File);

    internal void Change(string path, Meaning before, Meaning after)
    {
        if (!_unsynced.TryGetValue(path, out var meanings)) _unsynced.Add(path, meanings = [before]);
        meanings.Add(after);
    }

    internal void Sync(string folder)
    {
        foreach (var path in _unsynced.Keys.Where(p => Path.GetDirectoryName(p) == folder).ToArray()) _unsynced.Remove(path);
    }

    /// <summary>Folders have other names now, and with them whatever is in them.</summary>
    internal void Rename(Func<string, string> renamed)
    {
        foreach (var path in _unsynced.Keys.Where(p => renamed(p) != p).ToArray())
            if (_unsynced.Remove(path, out var meanings)) _unsynced[renamed(path)] = meanings;
    }

    /// <summary>What each of them means on the disk from now on; folders come before what is in them.</summary>
    internal List<(string Path, Meaning Meaning)> Settle(AfterCut what, Random random)
    {
        var settled = _unsynced.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => (n.Key, Pick(n.Value, what, random))).ToList();
        _unsynced.Clear();
        return settled;
    }

    internal static Meaning Pick(List<Meaning> meanings, AfterCut what, Random random) => what switch
    {
        AfterCut.Dropped => meanings[0],
        AfterCut.Kept => meanings[^1],
        _ => meanings[random.Next(meanings.Count)],
    };
}
