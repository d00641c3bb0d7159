using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Looks for files among a log's volumes that are none of them.</summary>
internal static class VolumeFolder
{
    private const string Extension = ".tar";

    // A volume takes its name just before the log knows of it.
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);

    /// <summary>The files that do not belong there. One that has the name of a volume may be any: it is never touched.</summary>
    internal static async Task<IReadOnlyList<(string Path, bool IsNamedAsVolume, Finding Finding)>> FindUnexpectedAsync(LogStore store, TimeProvider time, CancellationToken ct)
    {
        var strays = List(store);
        if (strays.Count == 0) return [];
        await Task.Delay(SecondLook, time, ct);
        var still = List(store).ToHashSet(StringComparer.Ordinal);
        return [.. strays.Where(still.Contains).Select(path => (path, IsNamedAsVolume(Path.GetFileName(path)), Report(Path.GetFileName(path))))];
    }

    private static List<string> List(LogStore store)
    {
        // The folder first: what comes to be between the two looks is then known to the log.
        var files = Directory.EnumerateFiles(Path.Combine(store.Folder, "volumes")).ToList();
        var known = store.Volumes.Select(volume => string.Create(CultureInfo.InvariantCulture, $"v{volume.Number:D10}{Extension}")).ToHashSet(StringComparer.Ordinal);
        return files.FindAll(path => Path.GetFileName(path) is var name && !known.Contains(name) && !name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static bool IsNamedAsVolume(string name) =>
        name.Length == 11 + Extension.Length && name[0] == 'v' && name.EndsWith(Extension, StringComparison.Ordinal) && name.AsSpan(1, 10).ContainsAnyExceptInRange('0', '9') is false;

    private static Finding Report(string name) =>
        new(FindingCodes.VolumeUnexpected, Severity.Warning, Layer.Storage, $"volumes/{name}", $"The file {name} lies among the volumes and is none that this log wrote.");
}
