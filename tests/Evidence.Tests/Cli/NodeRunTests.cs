using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Client;
using Evidence.Node.Configuration;
using Evidence.Tests.Nodes;
using Evidence.V1;

namespace Evidence.Tests.Cli;

/// <summary>`evidence node run` as the person or the program sees it that has started it.</summary>
public sealed class NodeRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prints_one_JSON_document_a_line()
    {
        Assert.Equal(ExitCode.Intact, await RunAsync(Init(), "--json"));
        var lines = Lines().Select(static line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("http://127.0.0.1:", lines[0]["ready"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(lines[1]["stopped"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Says_what_is_wrong_on_one_line_too()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(_folder.At("none.json"), "--json"));
        Assert.Equal(ExitCode.Usage, JsonNode.Parse(Assert.Single(Lines()))!["exitCode"]!.GetValue<int>());
    }

    [Fact]
    public async Task Tells_a_person_the_address_and_nothing_more()
    {
        Assert.Equal(ExitCode.Intact, await RunAsync(Init()));
        Assert.StartsWith("ready http://127.0.0.1:", Assert.Single(Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serves_although_nobody_hears_that_it_is_ready()
    {
        var config = Init();
        using var stop = new CancellationTokenSource();
        var running = EvidenceCommand.RunAsync(["node", "run", "--config", config, "--json"], new BrokenWriter(new IOException("No space left on device")), _error, TimeProvider.System, stop.Token);
        await Eventually.TrueAsync(() => running.IsCompleted || File.Exists(Listen), "the node listens");
        using var client = new EvidenceClient(File.ReadAllText(Listen).Trim());
        Assert.Equal(0UL, (await client.Archive.ListRecordsAsync(new ListRecordsRequest())).Total);
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Undetermined, await running); // its last words could not be written
    }

    private string Listen => _folder.At("data", "listen.txt");

    private string Init()
    {
        var config = NodeInitializer.Init(_folder.Path, new NodeInitOptions("n1", Listen: "http://127.0.0.1:0")).ConfigFile;
        OpenDoor.In(config);
        return config;
    }

    private string[] Lines() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs it until it has said something, or has ended.</summary>
    private async Task<int> RunAsync(string config, params string[] more)
    {
        using var stop = new CancellationTokenSource();
        var running = EvidenceCommand.RunAsync(["node", "run", "--config", config, .. more], TextWriter.Synchronized(_output), _error, TimeProvider.System, stop.Token);
        await Eventually.TrueAsync(() => running.IsCompleted || File.Exists(Listen), "the node listens");
        await Eventually.TrueAsync(() => running.IsCompleted || _output.GetStringBuilder().Length > 0, "it says so");
        await stop.CancelAsync();
        return await running;
    }
}
