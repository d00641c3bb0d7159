using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Network.Processes;

namespace Evidence.Network.Demo;

/// <summary>A network that goes on after the demo: which processes it is made of, so that it can be ended later.</summary>
internal static class KeptNetwork
{
    private const string FileName = "network.json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal static void Save(LocalNetwork network)
    {
        var pids = network.Nodes.Select(n => n.Pid).Append(network.Ledger.Pid).Select(pid => (JsonNode?)pid);
        File.WriteAllText(Path.Combine(network.Folder, FileName), new JsonObject { ["pids"] = new JsonArray([.. pids]) }.ToJsonString() + "\n");
    }

    /// <summary>Ends the processes and removes the folder.</summary>
    /// <returns>How many processes there were to be ended; null when the folder holds no network that was kept.</returns>
    /// <exception cref="IOException">A process still works in the folder, which was left as it is.</exception>
    internal static async Task<int?> StopAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(folder)) return null;
        folder = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) return null;
        var pids = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!["pids"]!.AsArray().Select(p => p!.GetValue<int>());
        var running = pids.Where(pid => IsOf(folder, pid)).ToList();
        await Task.WhenAll(running.Select(pid => EndAsync(pid, time, ct)));
        if (StillIn(folder) is [_, ..] others) throw new IOException($"{folder} was not removed: the processes {string.Join(", ", others)} still work in it. Stop them and ask again");
        Directory.Delete(folder, recursive: true);
        return running.Count;
    }

    // Whatever was started again by hand, or is not in the list for another reason.
    private static List<int> StillIn(string folder) =>
        [.. Directory.EnumerateDirectories("/proc").Select(static path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0).Where(pid => pid > 1 && pid != Environment.ProcessId && Names(folder, pid))];

    // A process id is used again after a while; only a process that names a file of this folder in its arguments, or works in it, is one of ours.
    private static bool IsOf(string folder, int pid) => Names(folder, pid) || IsIn(folder, pid);

    private static bool Names(string folder, int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Any(argument => argument.Length > folder.Length + 1 && argument.StartsWith(folder + "/", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended, or is somebody else's
        }
    }

    // By another name of the folder, a link to it say, the arguments do not tell.
    private static bool IsIn(string folder, int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName.StartsWith(folder + "/", StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task EndAsync(int pid, TimeProvider time, CancellationToken ct)
    {
        Signals.SendTerminate(pid);
        var started = time.GetTimestamp();
        while (Signals.Exists(pid))
        {
            if (time.GetElapsedTime(started) > Patience) Signals.SendKill(pid);
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }
    }
}
