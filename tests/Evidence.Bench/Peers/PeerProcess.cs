using System.Diagnostics;
using Evidence.Bench.Goals;

namespace Evidence.Bench.Peers;

/// <summary>Runs a tool to its end.</summary>
internal static class PeerProcess
{
    /// <summary>Runs it and gives what it wrote to standard output.</summary>
    /// <exception cref="NotMeasuredException">It could not be started, or it failed: says what it wrote.</exception>
    internal static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Start(start);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            if (process.ExitCode == 0) return await output;
            throw new NotMeasuredException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}: {(await error).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NotMeasuredException($"{start.FileName} cannot be started: {e.Message}", e);
        }
    }
}
