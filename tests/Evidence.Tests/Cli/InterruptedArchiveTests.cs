using System.Diagnostics;
using System.Globalization;
using System.Text;
using Evidence.Core;
using Evidence.Network;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Cli;

/// <summary>`evidence archive -r` as a program of its own, which is interrupted, or whose node dies, in the middle of many files.</summary>
[Collection(RealProcesses.Name)]
public sealed class InterruptedArchiveTests : IAsyncLifetime
{
    private const int Files = 4_000;
    private const int Middle = 50; // receipts that are there when it happens

    private readonly TemporaryFolder _folder = new();
    private RunningNetwork _network = null!;

    public async Task InitializeAsync()
    {
        for (var i = 0; i < Files; i++) File.WriteAllText(_folder.At(Name(i)), $"content {i}");
        _network = await RunningNetwork.StartAsync(nodes: 1);
    }

    public async Task DisposeAsync()
    {
        await _network.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Says_at_an_interruption_what_was_filed_what_was_not_and_what_is_not_known_and_files_the_rest_when_asked_again()
    {
        var run = await RunAsync(cli => Process.Start("kill", ["-INT", cli.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExitAsync(), "-r", _folder.Path);
        Assert.Equal(4, run.Code);
        await AssertTrueAndCompleteAsync(run, "stopped before the end");
    }

    [Fact]
    public async Task Says_when_the_node_dies_what_was_filed_what_was_not_and_what_is_not_known_and_files_the_rest_when_asked_again()
    {
        var run = await RunAsync(_ => _network.Node1.KillAsync(CancellationToken.None), "-r", _folder.Path);
        await _network.Node1.StartAsync(CancellationToken.None);
        Assert.Equal(3, run.Code);
        await AssertTrueAndCompleteAsync(run, "gave no answer");
    }

    private static string Name(int i) => $"f{i:0000}.txt";

    private async Task AssertTrueAndCompleteAsync(Run run, string why)
    {
        var told = run.Lines.Where(l => l.StartsWith('f')).Select(l => l.Split(": ", 2)).ToDictionary(l => l[0], l => l[1]);
        Assert.Equal(Enumerable.Range(0, Files).Select(Name), told.Keys.Order(StringComparer.Ordinal)); // each is named, once
        var filed = told.Where(t => t.Value.Contains(" leaf ", StringComparison.Ordinal)).ToDictionary(t => t.Key, t => t.Value.Split(' ')[0]);
        var rest = told.Keys.Except(filed.Keys).ToList();
        Assert.InRange(filed.Count, Middle, Files - 1);
        Assert.Equal($"{filed.Count} of {Files} archived", run.Lines[^1]);
        Assert.All(rest, name => Assert.Contains(why, told[name], StringComparison.Ordinal));
        Assert.All(rest, name => Assert.True(told[name].EndsWith("it was not sent", StringComparison.Ordinal) || told[name].EndsWith("whether it was filed is not known", StringComparison.Ordinal), told[name]));
        var before = await InArchiveAsync();
        Assert.All(filed, f => Assert.Contains(f.Value, before[ContentOf(f.Key)]));
        Assert.All(rest.Where(name => told[name].EndsWith("it was not sent", StringComparison.Ordinal)), name => Assert.Empty(before[ContentOf(name)]));

        var again = await RunAsync(null, [.. rest.Select(name => _folder.At(name))]);
        Assert.Equal((0, $"{rest.Count} of {rest.Count} archived"), (again.Code, again.Lines[^1]));
        var after = await InArchiveAsync();
        Assert.All(Enumerable.Range(0, Files), i => Assert.NotEmpty(after[ContentOf(Name(i))]));
    }

    private Digest ContentOf(string name) => Digest.Of(File.ReadAllBytes(_folder.At(name)));

    private async Task<ILookup<Digest, string>> InArchiveAsync()
    {
        using var client = _network.Node1.Connect();
        var records = await client.ListRecordsAsync("", CancellationToken.None).ToListAsync();
        return records.ToLookup(r => new Digest(r.Parts[0].Sha256.Span), r => r.Record_);
    }

    // Where the tests run in the background of a shell, SIGINT is ignored, and so it would be by what they start.
    private async Task<Run> RunAsync(Func<Process, Task>? inTheMiddle, params string[] what)
    {
        string[] arguments = ["--default-signal=INT", "dotnet", new LocalNetworkOptions { Folder = "" }.Cli, "archive", .. what, "--node", _network.Node1.Url];
        using var cli = Process.Start(new ProcessStartInfo("env", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var error = cli.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        while (await cli.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (lines.Count == Middle && inTheMiddle is not null) await inTheMiddle(cli);
        }

        await cli.WaitForExitAsync();
        Assert.Equal("", await error);
        return new Run(cli.ExitCode, lines);
    }

    private sealed record Run(int Code, IReadOnlyList<string> Lines);
}
