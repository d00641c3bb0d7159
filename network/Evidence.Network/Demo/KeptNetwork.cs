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

    /// <summary>Ends the processes and removes the folder. False when the folder holds no network that was kept.</summary>
    internal static async Task<bool> StopAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        folder = Path.GetFullPath(folder);
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) return false;
        var pids = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!["pids"]!.AsArray().Select(p => p!.GetValue<int>());
        await Task.WhenAll(pids.Where(pid => IsOf(folder, pid)).Select(pid => EndAsync(pid, time, ct)));
        Directory.Delete(folder, recursive: true);
        return true;
    }

    // A process id is used again after a while; only a process that names this folder in its arguments is one of ours.
    private static bool IsOf(string folder, int pid)
    {
        var arguments = $"/proc/{pid}/cmdline";
        return File.Exists(arguments) && File.ReadAllText(arguments).Contains(folder + "/", StringComparison.Ordinal);
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
