using System.Text.Json.Nodes;
using Evidence.Network;
using Evidence.Tests.Cli;

namespace Evidence.Tests.Faults.Processes;

/// <summary>What one row of the table does to the network, and what it then asks of it, by the command line as people use it.</summary>
/// <param name="network">The network.</param>
/// <param name="at">The node that is asked: its copy of node 1's log is the one that is meant.</param>
/// <param name="volumes">Closed volumes of node 1's log that are this row's alone.</param>
internal sealed class FaultScene(FaultNetwork network, int at, IReadOnlyList<uint> volumes)
{
    internal const int VolumesOfRow = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40), Pause = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, byte[]> _before = [];
    private readonly int[] _alertsBefore = new int[network.Processes.Count];

    internal FaultNetwork Network => network;

    /// <summary>Whether alerts count that tell of a peer's silence. Where a row is not about it, a node that a busy machine starts slowly may be missed meanwhile.</summary>
    internal bool HearsSilence { get; set; }

    internal int At => at;

    /// <summary>Leaf of the record that the row is about; at first the last one of the row's first volume.</summary>
    internal int Leaf { get; set; } = network.LastLeaves[volumes[0]];

    internal string Record => network.Records[Leaf].Id;

    internal byte[] Content => network.Records[Leaf].Content;

    private IEnumerable<int> Nodes => Enumerable.Range(1, network.Processes.Count);

    internal NodeFiles Files(int node) => network.Processes[node - 1].Files;

    /// <summary>A file or folder of a node's copy of node 1's log.</summary>
    internal string InLog(int node, params string[] path) => Path.Combine([Files(node).LogFolder(Files(1).Identity.Origin), .. path]);

    /// <summary>A volume of the row in a node's copy.</summary>
    internal string VolumeFile(int node, int which = 0) => InLog(node, "volumes", $"v{volumes[which]:D10}.tar");

    /// <summary>Number of a volume of the row.</summary>
    internal uint Volume(int which = 0) => volumes[which];

    /// <summary>Keeps what a file holds before it is damaged, to be compared in the end.</summary>
    internal string Keep(string file)
    {
        if (File.Exists(file)) _before.TryAdd(file, File.ReadAllBytes(file));
        return file;
    }

    /// <summary>Whether the network is as a row may find it.</summary>
    internal async Task<bool> TryBeginAsync()
    {
        if (await UntilAsync(CountOpenAsync, "0") != "0") return false; // peers close theirs in their own time
        foreach (var node in Nodes) _alertsBefore[node - 1] = (await ListAlertsAsync(node)).Count;
        return await VerifyAsync(1) == "INTACT 0";
    }

    /// <summary>`evidence verify RECORD`: verdict and exit code.</summary>
    internal Task<string> VerifyAsync() => VerifyAsync(at);

    private async Task<string> VerifyAsync(int node)
    {
        var run = await RunAsync(node, "verify", Record);
        return $"{(run.Json["targets"]?[0]?["verdicts"] is JsonArray { Count: 1 } verdicts ? verdicts[0]!["whole"] : run.Json["error"])} {run.Code}".Replace(Record, "RECORD", StringComparison.Ordinal);
    }

    /// <summary>`evidence sweep --wait`: outcome and exit code.</summary>
    internal async Task<string> SweepAsync(int node)
    {
        var run = await RunAsync(node, "sweep", "--wait");
        return $"{run.Json["outcome"] ?? run.Json["error"]} {run.Code}";
    }

    /// <summary>`evidence alerts list`: cause, severity and state of the alerts that were opened since the row began, in the order of their causes.</summary>
    internal async Task<string> AlertsAsync(int node) =>
        string.Join(", ", (await NewAlertsAsync(node)).Select(static alert => $"{alert!["cause"]!.ToString().Split(':')[0]} {alert["severity"]} {alert["state"]}").Order(StringComparer.Ordinal));

    /// <summary>An answer, once it is what is expected; what it is, when it never comes to that.</summary>
    internal static async Task<string> UntilAsync(Func<Task<string>> ask, string expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (answer == expected || TimeProvider.System.GetElapsedTime(started) > Patience) return answer;
            await Task.Delay(Pause);
        }
    }

    /// <summary>The messages of those alerts.</summary>
    internal async Task<string> AlertMessagesAsync(int node) => string.Join('\n', (await NewAlertsAsync(node)).Select(static alert => alert!["message"]!.ToString()));

    /// <summary>Whether every file that was damaged holds again what it held, and perhaps more behind it.</summary>
    internal bool IsHealed() => _before.All(static file => File.Exists(file.Key) && File.ReadAllBytes(file.Key).AsSpan().StartsWith(file.Value));

    /// <summary>Has every other node sweep whose files were damaged, and gives the alerts of all others.</summary>
    internal async Task<string> SweepOthersAsync(string expected)
    {
        foreach (var node in Nodes.Where(node => node != at && _before.Keys.Any(file => file.StartsWith(Files(node).Data, StringComparison.Ordinal)))) await SweepAsync(node);
        return expected.Length == 0 ? await OthersAsync() : await UntilAsync(OthersAsync, expected);
    }

    private async Task<string> OthersAsync()
    {
        var seen = new List<string>();
        foreach (var node in Nodes.Where(node => node != at))
            if (await AlertsAsync(node) is { Length: > 0 } alerts) seen.Add($"node{node} {alerts}");
        return string.Join(", ", seen);
    }

    /// <summary>Puts back what was damaged, as from a tape, and has every node find that it is in order.</summary>
    internal async Task PutBackAsync()
    {
        foreach (var (file, bytes) in _before) await File.WriteAllBytesAsync(file, bytes);
        foreach (var node in Nodes) Assert.Equal((node, "INTACT 0"), (node, await SweepAsync(node)));
    }

    /// <summary>Runs a command against a node.</summary>
    internal Task<CommandRun> RunAsync(int node, params string[] arguments) => CommandRun.Of([.. arguments, "--node", network.Processes[node - 1].Url, "--json"]);

    /// <summary>Does something to a node's files while it does not run.</summary>
    internal async Task WhileStoppedAsync(int node, Func<Task> damage)
    {
        Assert.True(await network.Processes[node - 1].StopAsync(CancellationToken.None), "the node was told to stop and did not");
        await damage();
        await network.Processes[node - 1].StartAsync(CancellationToken.None);
    }

    private async Task<string> CountOpenAsync()
    {
        var open = 0;
        foreach (var node in Nodes) open += (await RunAsync(node, "alerts", "list", "--open")).Json["alerts"]!.AsArray().Count;
        return $"{open}";
    }

    private async Task<IEnumerable<JsonNode?>> NewAlertsAsync(int node) =>
        (await ListAlertsAsync(node)).Reverse().Skip(_alertsBefore[node - 1]).Where(alert => HearsSilence || !alert!["cause"]!.ToString().StartsWith("peer-down:", StringComparison.Ordinal));

    private async Task<JsonArray> ListAlertsAsync(int node) => (await RunAsync(node, "alerts", "list")).Json["alerts"]!.AsArray();
}
