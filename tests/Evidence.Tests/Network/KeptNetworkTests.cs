using System.Diagnostics;
using System.Globalization;
using Evidence.Network.Demo;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Network;

/// <summary>Networks that were kept, with any long-lived program in the place of their nodes.</summary>
[Collection(RealProcesses.Name)]
public sealed class KeptNetworkTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("/", false)]
    [InlineData("//", false)]
    [InlineData("/", true)]
    public async Task Is_stopped_by_whatever_name_of_its_folder(string ending, bool byLink)
    {
        using var folder = new TemporaryFolder();
        var network = Make(folder);
        using var process = Start(network);
        Keep(network, process.Id, int.MaxValue); // and one that has ended
        var name = byLink ? File.CreateSymbolicLink(folder.At("link"), network).FullName : network;
        Assert.Equal(1, await KeptNetwork.StopAsync(name + ending, TimeProvider.System, CancellationToken.None));
        Assert.True(process.HasExited);
        Assert.False(Directory.Exists(network));
    }

    [Fact]
    public async Task Keeps_its_data_while_a_process_that_it_does_not_know_of_uses_it()
    {
        using var folder = new TemporaryFolder();
        var network = Make(folder);
        using var process = Start(network);
        Keep(network, int.MaxValue);
        var refusal = await Assert.ThrowsAsync<IOException>(() => KeptNetwork.StopAsync(network, TimeProvider.System, CancellationToken.None));
        Assert.Contains(process.Id.ToString(CultureInfo.InvariantCulture), refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(network, "network.json")));
        process.Kill();
        await process.WaitForExitAsync();
        Assert.Equal(0, await KeptNetwork.StopAsync(network, TimeProvider.System, CancellationToken.None));
        Assert.False(Directory.Exists(network));
    }

    [Fact]
    public async Task Ends_no_process_that_has_nothing_to_do_with_it()
    {
        using var folder = new TemporaryFolder();
        var network = Make(folder);
        using var other = Start(Make(folder, "network2"));
        Keep(network, other.Id);
        Assert.Equal(0, await KeptNetwork.StopAsync(network, TimeProvider.System, CancellationToken.None));
        Assert.False(other.HasExited);
        other.Kill();
        await other.WaitForExitAsync();
    }

    private static string Make(TemporaryFolder folder, string name = "network") => Directory.CreateDirectory(folder.At(name)).CreateSubdirectory("node1").Parent!.FullName;

    private static Process Start(string network)
    {
        var log = Path.Combine(network, "node1", "log");
        File.WriteAllText(log, "");
        return Process.Start(new ProcessStartInfo("tail", ["-f", log]) { WorkingDirectory = Path.GetDirectoryName(log) })!;
    }

    private static void Keep(string network, params int[] pids) => File.WriteAllText(Path.Combine(network, "network.json"), $$"""{"pids":[{{string.Join(',', pids)}}]}""");
}
