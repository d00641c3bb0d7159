using System.Text.Json.Nodes;
using Evidence.Network.Processes;

namespace Evidence.Network.Demo;

/// <summary>The steps that a court would take: one file, no server.</summary>
internal sealed class PackageSteps(DemoContext demo, CancellationToken ct)
{
    private string Package => Path.Combine(demo.Network.Folder, "evidence.zip");

    internal async Task RunAsync()
    {
        await demo.Scenario.StepAsync("had node1 write the evidence package of a record", "one zip file", WriteAsync);
        await demo.Scenario.StepAsync(
            "stopped every server and verified the package offline with trust.json",
            "INTACT 一致 (exit code 0), resting on cosignatures, since this chain has no validator seals", VerifyOfflineAsync);
        await demo.Scenario.StepAsync("changed one bit of the package and verified it again", "refused: ALTERED 不一致, exit code 1", AlterAsync);
    }

    private async Task<Seen> WriteAsync()
    {
        var file = demo.FilesOfNode1[2];
        var run = await demo.CliAsync(0, ct, "package", demo.RecordOf[file.Path], "-o", Package);
        return run.ExitCode == 0
            ? new Seen(new FileInfo(Package).Length > file.Size / 10, $"{Package}, {new FileInfo(Package).Length} bytes, for {Path.GetFileName(file.Path)} of {file.Size} bytes")
            : new Seen(false, DemoContext.Explain(run));
    }

    private async Task<Seen> VerifyOfflineAsync()
    {
        await demo.Network.StopNodesAsync(ct);
        await demo.Network.Ledger.StopAsync(ct);
        demo.ShowCommand($"verify {Package} --trust {demo.Network.TrustFile}");
        var run = await VerifyAsync(Package);
        var verdict = run.ExitCode is 0 or 1 or 4 ? run.Json["targets"]?[0]?["package"] : null;
        if (verdict is null) return new Seen(false, DemoContext.Explain(run));
        foreach (var ground in verdict["restsOn"]?.AsArray() ?? []) demo.Say($"rests on: {ground}");
        var running = demo.Network.Nodes.Count(n => n.Pid != 0) + (demo.Network.Ledger.Pid == 0 ? 0 : 1);
        return new Seen(run.ExitCode == 0 && running == 0, $"exit code {run.ExitCode}, with {running} servers running{Errors(verdict)}");
    }

    private async Task<Seen> AlterAsync()
    {
        var bytes = await File.ReadAllBytesAsync(Package, ct);
        bytes[bytes.Length / 2] ^= 0x01;
        var altered = Path.Combine(demo.Network.Folder, "altered.zip");
        await File.WriteAllBytesAsync(altered, bytes, ct);
        var run = await VerifyAsync(altered);
        var verdict = run.ExitCode is 0 or 1 or 4 ? run.Json["targets"]?[0]?["package"] : null;
        return new Seen(run.ExitCode == 1, verdict is null ? DemoContext.Explain(run) : $"exit code {run.ExitCode}, byte {bytes.Length / 2} of {bytes.Length}{Errors(verdict)}");
    }

    private Task<CliRun> VerifyAsync(string file) => demo.CliAsync(0, ct, "verify", file, "--trust", demo.Network.TrustFile);

    private static string Errors(JsonNode verdict)
    {
        var errors = (verdict["findings"]?.AsArray() ?? []).Where(f => f!["severity"]?.ToString().ToLowerInvariant() == "error").Select(f => $"{f!["code"]} {f["subject"]}: {f["message"]}");
        return string.Concat(errors.Take(3).Select(e => $"; {e}"));
    }
}
