using System.Diagnostics;
using System.Security.Cryptography;
using Evidence.Network;
using Evidence.Tests.Cli;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Backups;

/// <summary>A backup that is a process of its own and is killed in the middle.</summary>
[Collection(RealProcesses.Name)]
public sealed class KilledBackupTests
{
    private const int Kills = 5;

    [Fact]
    public async Task Killed_again_and_again_leaves_the_last_backup_whole_and_comes_to_its_end()
    {
        await using var node = await TestNode.StartNewAsync(json => json["volumeBytes"] = 100_000);
        using var medium = new TestMedium();
        await FileAsync(node, 10);
        Assert.Equal(0, (await BackUpAsync(node, medium)).Code);
        await FileAsync(node, 400);
        var before = medium.Files();
        var killed = 0;
        for (var i = 1; i <= Kills; i++)
        {
            using var process = Start(node, medium);
            var enough = i * 8;
            await Eventually.TrueAsync(() => process.HasExited || Pieces(medium) >= enough, "it has written some volumes");
            process.Kill();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0) killed++;
            if (medium.Backups.Count() > 1) break; // it was faster
            Assert.Equal(before, medium.Files());
            Assert.True(medium.SumsHold());
        }

        Assert.True(killed > 1, $"{killed} were killed");
        var run = await BackUpAsync(node, medium);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Equal(410, run.Json["logs"]![0]!["leaves"]!.GetValue<int>());
        Assert.True(medium.SumsHold());
        Assert.Equal(410, Directory.EnumerateFiles(medium.Unpack(), "seal-*.json", SearchOption.AllDirectories).Count());
        Assert.Equal(["0001", "0002", "README.txt"], Directory.EnumerateFileSystemEntries(medium.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    private static int Pieces(TestMedium medium) => Directory.Exists(medium.At("0002.unfinished")) ? Directory.EnumerateFiles(medium.At("0002.unfinished"), "v*.tar", SearchOption.AllDirectories).Count() : 0;

    private static Task<CommandRun> BackUpAsync(TestNode node, TestMedium medium) => CommandRun.Of("backup", "--config", node.Identity.ConfigFile, "--to", medium.Folder, "--json");

    private static Process Start(TestNode node, TestMedium medium)
    {
        string[] arguments = [new LocalNetworkOptions { Folder = "" }.Cli, "backup", "--config", node.Identity.ConfigFile, "--to", medium.Folder];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private static async Task FileAsync(TestNode node, int count)
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Upload.Of(RandomNumberGenerator.GetBytes(20_000)).SendAsync(node)));
        await node.AnchoredAsync(sent[^1].Record);
    }
}
