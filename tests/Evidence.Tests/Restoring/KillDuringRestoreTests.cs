using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Network;
using Evidence.Tests.Cli;
using Evidence.Tests.Network;

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

        var (killed, kept) = (0, new Dictionary<string, DateTime>());
        for (var i = 1; i <= Kills; i++)
        {
            using var process = Start(lost);
            var enough = truth.Values.Sum(volume => volume.Length) * i / (Kills + 1);
            while (!process.HasExited && Here(lost).Sum(file => file.Length) < enough) await Task.Delay(1);
            process.Kill();
            await process.WaitForExitAsync();
            if (process.ExitCode == 0) break; // it was faster
            killed++;
            foreach (var file in Here(lost).Where(file => file.Length == truth[file.Name].Length)) kept.TryAdd(file.Name, file.LastWriteTimeUtc);
            await Assert.ThrowsAsync<InvalidOperationException>(() => lost.StartAsync(CancellationToken.None));
        }

        Assert.True(killed > 1, $"{killed} were killed");
        Assert.NotEmpty(kept);
        if (killed == Kills) await RestoreAsync(lost);
        var restored = Here(lost).ToDictionary(file => file.Name);
        Assert.All(kept, volume => Assert.Equal(volume.Value, restored[volume.Key].LastWriteTimeUtc)); // nothing that was there was written again
        Assert.Equal(truth.OrderBy(volume => volume.Key), restored.Values.ToDictionary(file => file.Name, Describe).OrderBy(volume => volume.Key));
        await lost.StartAsync(CancellationToken.None);
        using var client = lost.Connect();
        var sweep = await RunningNetwork.SweepAsync(client);
        Assert.Equal((V1.Outcome.Intact, (long)Records), (sweep.Outcome, sweep.RecordsChecked));
    }

    // The volumes by name: how long each is, and its SHA-256.
    private static async Task<Dictionary<string, (long Length, Digest Sha256)>> FileAsync(RunningNetwork network)
    {
        await network.Node1.StopAsync(CancellationToken.None);
        var config = network.Node1.Files.Config;
        var json = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        json["volumeBytes"] = 1 << 20;
        await File.WriteAllTextAsync(config, json.ToJsonString());
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
