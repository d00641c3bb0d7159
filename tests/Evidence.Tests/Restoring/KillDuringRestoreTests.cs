using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Network;
using Evidence.Tests.Cli;
using Evidence.Tests.Faults.Processes;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Restoring;

/// <summary>A restore that is a process of its own and is killed in the middle, from a node and with a ledger that are processes too.</summary>
[Collection(RealProcesses.Name)]
public sealed class KillDuringRestoreTests
{
    private const int Records = 1200;
    private const int Kills = 4;

    [Fact]
    public async Task Killed_again_and_again_goes_on_where_it_was_and_ends_intact()
    {
        await using var network = await RunningNetwork.StartAsync(nodes: 2);
        var lost = network.Node1;
        var truth = await FileAsync(network);
        await lost.StopAsync(CancellationToken.None);
        Directory.Delete(lost.Files.Data, recursive: true);

        using var link = await LinkAsync(lost, network.Local.Nodes[1]);
        var (share, kept) = (truth.Values.Sum(volume => volume.Length) / (Kills + 1), new Dictionary<string, DateTime>());
        for (var i = 0; i < Kills; i++)
        {
            link.Mend();
            link.CutAfter(share); // so that none of them can be done before it is killed, however slowly this process looks
            using var process = Start(lost);
            var enough = Here(lost).Sum(file => file.Length) + (share / 2);
            await Eventually.TrueAsync(() => process.HasExited || Here(lost).Sum(file => file.Length) >= enough, "the restore goes on");
            Assert.False(process.HasExited, "the restore ended by itself");
            process.Kill();
            await process.WaitForExitAsync();
            foreach (var file in Here(lost).Where(file => file.Length == truth[file.Name].Length)) kept.TryAdd(file.Name, file.LastWriteTimeUtc);
            await Assert.ThrowsAsync<InvalidOperationException>(() => lost.StartAsync(CancellationToken.None));
        }

        link.Mend();
        Assert.NotEmpty(kept);
        await RestoreAsync(lost);
        var restored = Here(lost).ToDictionary(file => file.Name);
        Assert.All(kept, volume => Assert.Equal(volume.Value, restored[volume.Key].LastWriteTimeUtc)); // nothing that was there was written again
        Assert.Equal(truth.OrderBy(volume => volume.Key), restored.Values.ToDictionary(file => file.Name, Describe).OrderBy(volume => volume.Key));
        await lost.StartAsync(CancellationToken.None);
        using var client = lost.Connect();
        var sweep = await RunningNetwork.SweepAsync(client);
        Assert.Equal((V1.Outcome.Intact, (long)Records), (sweep.Outcome, sweep.RecordsChecked));
    }

    // What the node asks the other one for goes over it from now on.
    private static async Task<TcpRelay> LinkAsync(NodeProcess from, NodeProcess to)
    {
        var link = new TcpRelay(new Uri(to.Url).Port);
        await ConfigureAsync(from, json => json["peers"]![0]!["address"] = $"http://127.0.0.1:{link.Port}");
        return link;
    }

    private static async Task ConfigureAsync(NodeProcess node, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(node.Files.Config))!;
        change(json);
        await File.WriteAllTextAsync(node.Files.Config, json.ToJsonString());
    }

    // The volumes by name: how long each is, and its SHA-256.
    private static async Task<Dictionary<string, (long Length, Digest Sha256)>> FileAsync(RunningNetwork network)
    {
        await network.Node1.StopAsync(CancellationToken.None);
        await ConfigureAsync(network.Node1, json => json["volumeBytes"] = 1 << 20);
        await network.Node1.StartAsync(CancellationToken.None);
        using var client = network.Node1.Connect();
        var drafts = Enumerable.Range(0, Records).Select(_ => RunningNetwork.Draft(RandomNumberGenerator.GetBytes(40_000))).ToAsyncEnumerable();
        var last = "";
        await foreach (var outcome in client.ArchiveManyAsync(drafts, CancellationToken.None)) last = outcome.Receipt!.Record;
        var verdict = await RunningNetwork.WaitForIntactAsync(client, last); // cosigned: it is at the other node
        Assert.True(verdict.Whole == Outcome.Intact, RunningNetwork.Describe(verdict));
        return Here(network.Node1).ToDictionary(file => file.Name, Describe);
    }

    private static (long Length, Digest Sha256) Describe(FileInfo file) => (file.Length, Digest.Of(File.ReadAllBytes(file.FullName)));

    private static FileInfo[] Here(NodeProcess node)
    {
        var logs = new DirectoryInfo(Path.Combine(node.Files.Data, "logs"));
        var volumes = logs.Exists ? logs.EnumerateDirectories("*node1*").Select(log => new DirectoryInfo(Path.Combine(log.FullName, "volumes"))) : [];
        return [.. volumes.Where(folder => folder.Exists).SelectMany(folder => folder.EnumerateFiles("v*.tar"))];
    }

    private static string[] Command(NodeProcess node) => ["node", "restore", "--config", node.Files.Config];

    private static async Task RestoreAsync(NodeProcess node)
    {
        var run = await CommandRun.Of([.. Command(node), "--json"]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Equal(("INTACT", Records), (run.Json["outcome"]!.GetValue<string>(), run.Json["leaves"]!.GetValue<int>()));
    }

    private static Process Start(NodeProcess node) =>
        Process.Start(new ProcessStartInfo("dotnet", [new LocalNetworkOptions { Folder = "" }.Cli, .. Command(node)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
