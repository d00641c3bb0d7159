using System.Diagnostics;
using Evidence.Cli;
using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Network;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Cli;

/// <summary>`evidence package -o -`, in a process of its own: its standard output is the package and nothing else.</summary>
public sealed class PackageToOutputTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private string _record = "";

    public async Task InitializeAsync()
    {
        _node = await TestTrust.StartTrustingNodeAsync();
        _record = (await Upload.Of([1, 2, 3]).SendAsync(_node)).Record;
        await _node.AnchoredAsync(_record);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Writes_the_package_and_nothing_else()
    {
        var (code, output, error) = await RunAsync("package", _record, "-o", "-");
        Assert.Equal((ExitCode.Intact, ""), (code, error));
        Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(new MemoryStream(output), TestTrust.For(_node)).Whole);
        using var downloaded = new MemoryStream();
        await _node.Client.DownloadPackageAsync(_record, downloaded, CancellationToken.None);
        Assert.Equal(downloaded.ToArray(), output);
    }

    [Fact]
    public async Task Writes_nothing_of_a_package_that_there_is_not()
    {
        var (code, output, error) = await RunAsync("package", Guid.NewGuid().ToString(), "-o", "-");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.StartsWith("evidence: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_no_json_beside_it()
    {
        var (code, output, _) = await RunAsync("package", _record, "-o", "-", "--json");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("leave one out", System.Text.Encoding.UTF8.GetString(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_end_well_when_the_output_takes_nothing()
    {
        var start = Start("/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/full", "dotnet", Cli, "package", _record, "-o", "-", "--node", _node.Address.AbsoluteUri);
        var (code, _, error) = await RunAsync(start);
        Assert.NotEqual(ExitCode.Intact, code);
        Assert.StartsWith("evidence: ", error, StringComparison.Ordinal);
    }

    private static string Cli => new LocalNetworkOptions { Folder = "" }.Cli;

    private Task<(int Code, byte[] Output, string Error)> RunAsync(params string[] arguments) => RunAsync(Start("dotnet", [Cli, .. arguments, "--node", _node.Address.AbsoluteUri]));

    private static ProcessStartInfo Start(string program, params string[] arguments) => new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    private static async Task<(int Code, byte[] Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), await error);
    }
}
