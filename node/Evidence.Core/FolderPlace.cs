namespace Evidence.Core;

/// <summary>Where folders lie on the disk, whatever names lead there.</summary>
public static class FolderPlace
{
    private const int MostLinks = 40; // as many as the kernel follows

    /// <summary>Whether one of two folders is the other or lies within it, be it through links or a mount. Of what is not there yet its folder decides.</summary>
    /// <exception cref="IOException">Links lead round in a circle, or a folder on the way cannot be looked at.</exception>
    public static bool LieInEachOther(string one, string other) => IsWithin(one, other) || IsWithin(other, one);

    /// <summary>The path without a link in it; of what is not there its folder is followed.</summary>
    /// <exception cref="IOException">Links lead round in a circle, or a folder on the way cannot be looked at.</exception>
    public static string Resolve(string path) => Resolve(path, MostLinks);

    private static bool IsWithin(string inner, string outer)
    {
        outer = Resolve(outer);
        for (var at = Resolve(inner); at is not null; at = Path.GetDirectoryName(at))
            if (RegularFile.AreOne(at, outer)) return true;
        return false;
    }

    private static string Resolve(string path, int links)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } above) return full;
        above = Resolve(above, links);
        var at = Path.Combine(above, Path.GetFileName(full));
        if (new DirectoryInfo(at).LinkTarget is not { } target) return at;
        return links > 0 ? Resolve(Path.Combine(above, target), links - 1) : throw new IOException($"{path} cannot be followed: there are too many links on the way.");
    }
}
