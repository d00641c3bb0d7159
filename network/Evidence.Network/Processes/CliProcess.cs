using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Evidence.Network.Processes;

/// <summary>What a run of the CLI gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as the one JSON document that <c>--json</c> promises.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is something else.</exception>
    public JsonNode Json => JsonNode.Parse(Output)!;
}

/// <summary>Runs the CLI as a process of its own, as a person or a script would.</summary>
/// <param name="cli">Evidence.Cli.dll.</param>
public sealed class CliProcess(string cli)
{
    /// <summary>Runs one command to its end.</summary>
    public async Task<CliRun> RunAsync(IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(cli);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Remove("EVIDENCE_NODE");
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new CliRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
