using Evidence.Network;
using Evidence.Network.Processes;
using Evidence.Tests.Monitor;

namespace Evidence.Tests.Faults.Processes;

/// <summary>Files that a node reads at its start only: damaged ones are told before anything is served, and nothing is made in their place.</summary>
[Collection(FaultTable.Name)]
public sealed class DamagedStartTests(FaultNetwork network)
{
    private const int Usage = 2, Node = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly (string What, Func<NodeFiles, string> File, Action<string> Damage, string Says)[] Table =
    [
        ("node.json is cut in half", static files => files.Config, Halve, "the file is not JSON"),
        ("trust.json is cut in half", static files => Path.Combine(files.Folder, "..", "trust.json"), Halve, "trust.json"),
        ("the log's key is deleted", static files => Key(files, "log.key"), File.Delete, "log.key is not there"),
        ("the log's key is cut in half", static files => Key(files, "log.key"), Halve, "does not hold 64 hexadecimal characters"),
        ("a digit of the log's key changes", static files => Key(files, "log.key"), ChangeDigit, "restore the keys that are that log's"),
        ("the witness's key is cut in half", static files => Key(files, "witness.key"), Halve, "does not hold 64 hexadecimal characters"),
        ("the operator's key is cut in half", static files => Key(files, "operator.key"), Halve, "does not hold 64 hexadecimal characters"),
    ];

    [Fact]
    public async Task A_node_does_not_start_with_a_damaged_key_or_configuration_and_says_what_to_do()
    {
        var scene = await network.BeginAsync(Node);
        try
        {
            var wrong = new List<string>();
            await scene.WhileStoppedAsync(Node, async () =>
            {
                foreach (var (what, file, damage, says) in Table)
                {
                    var run = await StartDamagedAsync(scene.Files(Node), file(scene.Files(Node)), damage);
                    if (run.ExitCode != Usage || !run.Output.Contains(says, StringComparison.Ordinal)) wrong.Add($"{what}: exit code {run.ExitCode}: {run.Output}");
                }
            });
            Assert.True(wrong.Count == 0, string.Join('\n', wrong));
            Assert.Equal("", await scene.AlertsAsync(Node));
        }
        catch
        {
            await network.SpoilAsync();
            throw;
        }
    }

    [Fact]
    public async Task A_witness_key_with_another_digit_is_an_alert_until_it_is_restored()
    {
        var scene = await network.BeginAsync(Node);
        try
        {
            var key = Key(scene.Files(Node), "witness.key");
            var before = await File.ReadAllBytesAsync(key);
            await scene.WhileStoppedAsync(Node, () => Task.Run(() => ChangeDigit(key)));
            Assert.Equal("witness-key-unknown error open", await scene.AlertsAsync(Node));
            await scene.WhileStoppedAsync(Node, () => File.WriteAllBytesAsync(key, before));
            Assert.Equal("witness-key-unknown error closed", await scene.AlertsAsync(Node));
        }
        catch
        {
            await network.SpoilAsync();
            throw;
        }
    }

    private async Task<CliRun> StartDamagedAsync(NodeFiles files, string file, Action<string> damage)
    {
        var whole = file + ".whole";
        File.Copy(file, whole); // with its mode
        damage(file);
        try
        {
            using var patience = new CancellationTokenSource(Patience); // a node that starts all the same does not end by itself
            return await new CliProcess(new LocalNetworkOptions { Folder = network.Local.Folder }.Cli).RunAsync(["node", "run", "--config", files.Config, "--json"], patience.Token);
        }
        finally
        {
            File.Move(whole, file, overwrite: true);
        }
    }

    private static string Key(NodeFiles files, string name) => Path.Combine(files.Folder, "keys", name);

    private static void Halve(string file) => Damage.Truncate(file, new FileInfo(file).Length / 2);

    private static void ChangeDigit(string file) => Damage.Replace(file, File.ReadAllBytes(file)[..1], File.ReadAllBytes(file)[0] == (byte)'5' ? "7"u8 : "5"u8);
}
