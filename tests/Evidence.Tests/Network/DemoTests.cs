using Evidence.Network.Demo;
using Evidence.Tests.Cli;
using Spectre.Console;

namespace Evidence.Tests.Network;

/// <summary>The demo with fewer files, from end to end over real processes.</summary>
[Collection(RealProcesses.Name)]
public sealed class DemoTests
{
    [Fact]
    public async Task Finds_everything_as_expected_leaves_a_network_that_answers_and_stops_it()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"evidence-test-{Guid.NewGuid():N}");
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = 1000;
        var run = new DemoRun(new DemoOptions(folder, Keep: true) { Files = 24, BigFiles = 1 }, console, TimeProvider.System);
        try
        {
            Assert.True(await run.RunAsync(CancellationToken.None), output.ToString());
            await CheckKeptAsync(folder, output.ToString());
        }
        finally
        {
            if (File.Exists(Path.Combine(folder, "network.json"))) Assert.Equal(4, await KeptNetwork.StopAsync(folder + "/", TimeProvider.System, CancellationToken.None));
            else Directory.Delete(folder, recursive: true);
        }
        Assert.False(Directory.Exists(folder));
        Assert.Null(await KeptNetwork.StopAsync(folder, TimeProvider.System, CancellationToken.None));
        Assert.DoesNotContain(Directory.GetDirectories("/proc"), p => ProcessNames(p).Contains(folder, StringComparison.Ordinal));
    }

    private static async Task CheckKeptAsync(string folder, string output)
    {
        var node = output.Split('\n').Single(line => line.Contains("export EVIDENCE_NODE=", StringComparison.Ordinal)).Split('=')[1].Trim();
        var verified = await CommandRun.Of("verify", "--all", "--node", node, "--json");
        Assert.Equal(0, verified.Code);
        Assert.Equal(20, verified.Json["intact"]!.GetValue<int>());
        Assert.True(File.Exists(Path.Combine(folder, "trust.json")));
    }

    private static string ProcessNames(string procFolder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(procFolder, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // no process, or one that has just ended
        }
    }
}
