using System.Globalization;
using System.Text.RegularExpressions;
using Evidence.Core;

namespace Evidence.Node.Monitoring.Media;

/// <summary>The errors that the kernel counts of the block devices under a folder and of the file system on them: what a disk reports before, or without, a read of ours failing.</summary>
/// <param name="folder">A folder on the medium.</param>
/// <param name="sys">Where sysfs is.</param>
/// <param name="mounts">The table of mounts (proc_pid_mountinfo(5)).</param>
internal sealed partial class KernelCounters(string folder, string sys = "/sys", string mounts = "/proc/self/mountinfo")
{
    private const int MostDevices = 64; // of one array

    /// <summary>Reads them now. That they cannot be read is an answer of its own, and no error.</summary>
    internal MediumLook Look()
    {
        try
        {
            var number = DeviceNumber();
            var block = Path.Combine(sys, "dev", "block", number);
            if (!Directory.Exists(block)) return MediumLook.Blind($"{folder} lies on no block device that the kernel names ({number}): a network or memory file system, or a container");
            var counters = Devices(Real(block)).SelectMany(CountersOf).ToList();
            return counters.Count > 0 ? new MediumLook(counters, null) : MediumLook.Blind($"the kernel keeps no counter of errors for {Path.GetFileName(Real(block))}: watch it by other means, as smartd does");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return MediumLook.Blind($"what the kernel says of the medium under {folder} cannot be read: {e.Message}");
        }
    }

    /// <summary>Number of the device that the folder is mounted from.</summary>
    private string DeviceNumber()
    {
        var (path, best, number) = (FolderPlace.Resolve(folder), -1, "");
        foreach (var line in File.ReadLines(mounts))
        {
            if (line.Split(' ') is not [_, _, var device, _, var escaped, ..]) throw new FormatException($"a line of {mounts} is none: {line}");
            var point = Escaped().Replace(escaped, static code => ((char)Convert.ToInt32(code.Groups[1].Value, 8)).ToString());
            var covers = point == "/" || path == point || path.StartsWith(point + "/", StringComparison.Ordinal);
            if (covers && point.Length >= best) (best, number) = (point.Length, device); // a later mount hides an earlier one
        }

        return number;
    }

    /// <summary>A device with those that it is made of: the parts of an array, the disk of a partition.</summary>
    private static IReadOnlyList<string> Devices(string block)
    {
        var all = new List<string> { block };
        for (var i = 0; i < all.Count && all.Count < MostDevices; i++)
        {
            if (File.Exists(Path.Combine(all[i], "partition")) && Path.GetDirectoryName(all[i]) is { } disk) all.Add(disk);
            var parts = Path.Combine(all[i], "slaves");
            if (Directory.Exists(parts)) all.AddRange(Directory.EnumerateFileSystemEntries(parts).Select(Real));
        }

        return all;
    }

    private IEnumerable<MediumCounter> CountersOf(string block)
    {
        var name = Path.GetFileName(block);
        if (Read(Path.Combine(sys, "fs", "ext4", name, "errors_count")) is { } errors) yield return new MediumCounter($"{name}: errors of the file system", errors, IsLasting: true);
        foreach (var (file, what) in new[] { ("ioerr_cnt", "requests that ended with an error"), ("iotmo_cnt", "requests that timed out") })
            if (Read(Path.Combine(block, "device", file)) is { } count) yield return new MediumCounter($"{name}: {what}", count, IsLasting: false);
        var array = Path.Combine(block, "md");
        if (!Directory.Exists(array)) yield break;
        foreach (var part in Directory.EnumerateDirectories(array, "dev-*").Order(StringComparer.Ordinal))
            if (Read(Path.Combine(part, "errors")) is { } count) yield return new MediumCounter($"{name}: read errors of {Path.GetFileName(part)[4..]} that the array corrected", count, IsLasting: false);
    }

    private static long? Read(string file)
    {
        if (!File.Exists(file)) return null;
        var text = File.ReadAllText(file).Trim();
        var isRead = text.StartsWith("0x", StringComparison.Ordinal)
            ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count)
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
        return isRead ? count : throw new FormatException($"{file} holds no number, but {text}");
    }

    private static string Real(string path) => FolderPlace.Resolve(path);

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Escaped();
}

/// <summary>What a look at the kernel's counters gave.</summary>
/// <param name="Counters">The counters; none when it could not look.</param>
/// <param name="Unseen">Why it could not look; null when it could.</param>
internal sealed record MediumLook(IReadOnlyList<MediumCounter> Counters, string? Unseen)
{
    internal static MediumLook Blind(string why) => new([], why);
}

/// <summary>A counter of errors.</summary>
/// <param name="Name">The device, and what is counted.</param>
/// <param name="Value">How many.</param>
/// <param name="IsLasting">Whether it stays until somebody repairs what it counts; if not, it begins anew when the machine starts, and some of what it counts may be harmless.</param>
internal sealed record MediumCounter(string Name, long Value, bool IsLasting);
