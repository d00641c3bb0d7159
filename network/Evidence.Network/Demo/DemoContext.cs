using System.Text.Json.Nodes;
using Evidence.Network.Processes;
using Spectre.Console;

namespace Evidence.Network.Demo;

/// <summary>What the steps of the demo share.</summary>
internal sealed class DemoContext(LocalNetwork network, IReadOnlyList<CorpusFile> corpus, Scenario scenario, IAnsiConsole console, TimeProvider time)
{
    private readonly CliProcess _cli = new(new LocalNetworkOptions { Folder = network.Folder }.Cli);

    internal LocalNetwork Network { get; } = network;

    internal IReadOnlyList<CorpusFile> Corpus { get; } = corpus;

    internal Scenario Scenario { get; } = scenario;

    internal TimeProvider Time { get; } = time;

    /// <summary>The record of each file of the corpus, once it is archived.</summary>
    internal Dictionary<string, string> RecordOf { get; } = new(StringComparer.Ordinal);

    /// <summary>Of the files that node 1 archived.</summary>
    internal IReadOnlyList<CorpusFile> FilesOfNode1 => Share(0);

    /// <summary>The files that a node is to archive: most go to the first one, a twelfth to each of the others.</summary>
    internal IReadOnlyList<CorpusFile> Share(int node)
    {
        var others = Network.Nodes.Count - 1;
        return [.. Corpus.Where((_, i) => (i % 12 < others ? (i % 12) + 1 : 0) == node)];
    }

    /// <summary>Runs the CLI against a node.</summary>
    internal Task<CliRun> CliAsync(int node, CancellationToken ct, params string[] arguments) =>
        _cli.RunAsync([.. arguments, "--json", "--node", Network.Nodes[node].Url], ct);

    /// <summary>Shows a command as a person would type it.</summary>
    internal void ShowCommand(string command) => console.Write(new Text($"    $ clients/evidence {command}\n", new Style(Color.Grey)));

    internal void Say(string line) => console.Write(new Text($"    {line}\n"));

    /// <summary>Says why a command did not end as it should.</summary>
    internal static string Explain(CliRun run)
    {
        var error = run.Error.Trim().Length > 0 ? run.Error.Trim() : Member(run, "error") ?? run.Output.Trim();
        return $"exit code {run.ExitCode}: {error}";
    }

    private static string? Member(CliRun run, string name)
    {
        try
        {
            return (run.Json as JsonObject)?[name]?.ToString();
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
