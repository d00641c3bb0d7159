using System.Text.Json.Nodes;
using Evidence.Cli;

namespace Evidence.Tests.Cli;

/// <summary>Runs a command line of the CLI inside the test process.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    /// <summary>An address on which nobody can listen for long enough to answer: port 1 of loopback.</summary>
    internal const string NoNode = "http://127.0.0.1:1";

    internal JsonNode Json => JsonNode.Parse(Output)!;

    internal static async Task<CommandRun> Of(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await EvidenceCommand.RunAsync(arguments, output, error, TimeProvider.System, CancellationToken.None);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
