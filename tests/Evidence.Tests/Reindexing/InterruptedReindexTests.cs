using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Network;
using Evidence.Tests.Cli;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Reindexing;

/// <summary>A reindexing that is a process of its own and is ended while it waits for a ledger that does not answer: everything is built beside the log, nothing is in its place yet.</summary>
[Collection(RealProcesses.Name)]
public sealed class InterruptedReindexTests
{
    private const int Records = 300; // a full tile and a partial one

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Told_to_stop_it_says_so_and_leaves_the_log_as_it_was(string signal)
    {
        await using var node = await StoppedAsync();
        var before = Files(node);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        using (var process = await StartAsync(node, silent))
        {
            await SendAsync(signal, process);
            var (output, error) = (await process.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.Equal(ExitCode.Undetermined, process.ExitCode);
            Assert.Contains("begins anew", error, StringComparison.Ordinal);
            Assert.DoesNotContain("outcome", output, StringComparison.Ordinal);
        }

        Assert.Equal(before, Files(node));
        await AssertCompletesAsync(node);
    }

    [Fact]
    public async Task Killed_it_leaves_the_log_as_it_was_and_a_folder_that_the_next_one_removes()
    {
        await using var node = await StoppedAsync();
        var before = Files(node);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        using (var process = await StartAsync(node, silent))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.NotEmpty(Directory.GetFiles(Beside(node), "*", SearchOption.AllDirectories));
        Assert.Equal(before, Files(node, besideToo: false));
        await AssertCompletesAsync(node);
    }

    private static async Task AssertCompletesAsync(TestNode node)
    {
        Directory.Delete(Path.Combine(OwnLog(node), "index"), recursive: true);
        node.Edit(json => json["ledger"]!["endpoints"] = new JsonArray(CommandRun.NoNode));
        var run = await CommandRun.Of("node", "reindex", "--config", node.Identity.ConfigFile, "--json");
        Assert.Equal(ExitCode.Undetermined, run.Code); // nobody listens there
        Assert.True(run.Json["logs"]![0]!["installed"]!.GetValue<bool>());
        Assert.Equal(Records, run.Json["logs"]![0]!["leaves"]!.GetValue<int>());
        Assert.False(Directory.Exists(Beside(node)));
        await node.StartAsync();
        Assert.Empty(node.Logs.Own.OpenFindings);
        Assert.Equal((ulong)Records, node.Logs.Own.Size);
    }

    /// <summary>A stopped node with a log that has a checkpoint.</summary>
    private static async Task<TestNode> StoppedAsync()
    {
        var node = await TestNode.StartNewAsync();
        var sent = await Task.WhenAll(Enumerable.Range(0, Records).Select(i => Upload.Of(Encoding.UTF8.GetBytes($"record {i}")).SendAsync(node)));
        await node.AnchoredAsync(sent[^1].Record);
        await node.StopAsync();
        return node;
    }

    /// <summary>Begins a reindexing and waits until it asks the ledger.</summary>
    private static async Task<Process> StartAsync(TestNode node, TcpListener silent)
    {
        silent.Start();
        node.Edit(json => json["ledger"]!["endpoints"] = new JsonArray($"http://{silent.LocalEndpoint}"));
        // Where the tests run in the background of a shell, SIGINT is ignored, and so it would be by what they start.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", new LocalNetworkOptions { Folder = "" }.Cli, "node", "reindex", "--config", node.Identity.ConfigFile]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        await Eventually.TrueAsync(() => silent.Pending() || process.HasExited, "it asks the ledger"); // and nobody ever accepts
        if (process.HasExited) Assert.Fail(await process.StandardError.ReadToEndAsync());
        return process;
    }

    private static async Task SendAsync(string signal, Process process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private static string OwnLog(TestNode node) => Assert.Single(Directory.GetDirectories(Path.Combine(node.DataFolder, "logs")));

    private static string Beside(TestNode node) => Path.Combine(OwnLog(node), "reindex");

    private static Dictionary<string, string> Files(TestNode node, bool besideToo = true) => Directory
        .EnumerateFiles(OwnLog(node), "*", SearchOption.AllDirectories)
        .Where(path => besideToo || !path.StartsWith(Beside(node) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));
}
