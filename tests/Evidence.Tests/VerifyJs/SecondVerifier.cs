using System.Diagnostics;
using System.Text.Json.Nodes;
using Evidence.Core;

namespace Evidence.Tests.VerifyJs;

/// <summary>The verifier in TypeScript, one process for many packages.</summary>
internal static class SecondVerifier
{
    private static readonly string Folder = Path.Combine(Vectors.CheckoutRoot(), "clients", "verify-js");
    private static readonly Lazy<Task> Built = new(static async () => Assert.True(await RunAsync(Path.Combine(Folder, "build"), [], [], static _ => { }) == 0, "clients/verify-js/build failed"));

    /// <summary>What it says of each case, in their order.</summary>
    internal static async Task<IReadOnlyList<Opinion>> JudgeAsync(IReadOnlyList<FuzzCase> cases)
    {
        await Built.Value;
        var folder = Directory.CreateTempSubdirectory("evidence-verify-js-");
        try
        {
            var lines = cases.Select((item, index) => Write(folder.FullName, item, index)).ToList();
            var opinions = new List<Opinion>();
            var code = await RunAsync("node", [Path.Combine(Folder, "dist", "cli.js"), "--batch"], lines, line => opinions.Add(Opinion.Of(JsonNode.Parse(line)!)));
            Assert.Equal(0, code);
            return opinions;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Write(string folder, FuzzCase item, int index)
    {
        var package = Path.Combine(folder, $"{index}.zip");
        File.WriteAllBytes(package, item.Package);
        if (item.Trust is null) return package;
        var trust = Path.Combine(folder, $"{Digest.Of(item.Trust)}.json");
        if (!File.Exists(trust)) File.WriteAllBytes(trust, item.Trust);
        return $"{package}\t{trust}";
    }

    private static async Task<int> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyList<string> input, Action<string> take)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var writing = Task.Run(async () =>
        {
            foreach (var line in input) await process.StandardInput.WriteLineAsync(line);
            process.StandardInput.Close();
        });
        while (await process.StandardOutput.ReadLineAsync() is { } line) take(line);
        await writing;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
