using System.Text.Json.Nodes;
using Evidence.Network.Processes;

namespace Evidence.Network.Demo;

/// <summary>The step that has an auditor follow node 1's log on the ledger.</summary>
internal sealed class AuditStep(DemoContext demo, CancellationToken ct)
{
    private static readonly TimeSpan AttestPatience = TimeSpan.FromSeconds(45);

    private int Replicas => demo.Network.Nodes.Count - 1;

    internal Task RunAsync() => demo.Scenario.StepAsync(
        "audited the log of node1 from its first anchor on, with trust.json and the ledger",
        $"INTACT (exit code 0): every anchor proven from the one before, the newest attested on the ledger by the {Replicas} other nodes", AuditAsync);

    private async Task<Seen> AuditAsync()
    {
        string[] arguments = ["audit", "--ledger", demo.Network.Ledger.Url.AbsoluteUri, "--trust", demo.Network.TrustFile, "--log", demo.Network.Nodes[0].Files.Identity.Origin];
        demo.ShowCommand($"{string.Join(' ', arguments)} --node {demo.Network.Nodes[0].Url}");
        var started = demo.Time.GetTimestamp();
        while (true)
        {
            // Replicas state what they hold in their own time.
            var run = await demo.CliAsync(0, ct, arguments);
            if (run.ExitCode is not (0 or 1 or 4)) return new Seen(false, DemoContext.Explain(run));
            if (IsDone(run) || demo.Time.GetElapsedTime(started) > AttestPatience) return Describe(run);
            await Task.Delay(TimeSpan.FromMilliseconds(500), demo.Time, ct);
        }
    }

    private bool IsDone(CliRun run) => run.ExitCode == 0 && run.Json["replicas"]!.AsArray().Count(IsAtTheNewest) == Replicas;

    private Seen Describe(CliRun run)
    {
        foreach (var finding in run.Json["findings"]!.AsArray().Take(5)) demo.Say($"{finding!["code"]} {finding["subject"]}: {finding["message"]}");
        foreach (var replica in run.Json["replicas"]!.AsArray()) demo.Say($"replica {replica!["replica"]}: a verified copy up to {replica["size"]} leaves, stated in block {replica["blockNumber"]}");
        return new Seen(
            IsDone(run),
            $"exit code {run.ExitCode}: {run.Json["provenAnchors"]} of {run.Json["anchors"]} anchors proven from {run.Json["tiles"]} tiles, {run.Json["provenProofs"]} kept proofs hold, "
            + $"the newest anchor attested by {run.Json["replicas"]!.AsArray().Count(IsAtTheNewest)} replicas");
    }

    private static bool IsAtTheNewest(JsonNode? replica) => replica!["anchorsBehind"]!.GetValue<int>() == 0;
}
