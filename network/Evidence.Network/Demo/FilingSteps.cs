using System.Text.Json.Nodes;

namespace Evidence.Network.Demo;

/// <summary>The steps that file the corpus and show that it is anchored and intact.</summary>
internal sealed class FilingSteps(DemoContext demo, CancellationToken ct)
{
    private static readonly TimeSpan AnchorPatience = TimeSpan.FromSeconds(45);

    internal async Task RunAsync()
    {
        var nodes = demo.Network.Nodes.Count;
        await demo.Scenario.StepAsync(
            $"archived {demo.Corpus.Count} signed files: {string.Join(", ", Enumerable.Range(0, nodes).Select(n => $"{demo.Share(n).Count} with node{n + 1}"))}",
            $"{demo.Corpus.Count} receipts, every signature TOTAL-PASSED, \"sealed, not yet anchored\"", ArchiveAsync);
        await demo.Scenario.StepAsync(
            "offered a file whose content was changed after it was signed", "refused with the reason, exit code 1", OfferAlteredAsync);
        await demo.Scenario.StepAsync(
            "waited for the ledger and the other nodes",
            $"every leaf anchored on the ledger, every newest anchor cosigned by the {nodes - 1} other nodes", AwaitAnchorsAsync);
        await demo.Scenario.StepAsync("verified every record, each with the node that holds it", $"{demo.Corpus.Count} INTACT 一致", VerifyAllAsync);
        await demo.Scenario.StepAsync(
            "asked node1 about a file by its digest, and about a changed copy of it", "INTACT (exit code 0), and no such record (exit code 4)", VerifyFileAsync);
    }

    internal async Task<Seen> VerifyAllAsync()
    {
        demo.ShowCommand($"verify --all --node {demo.Network.Nodes[0].Url}");
        var (intact, others, bad) = (0, 0, "");
        for (var node = 0; node < demo.Network.Nodes.Count; node++)
        {
            var run = await demo.CliAsync(node, ct, "verify", "--all");
            if (run.ExitCode != 0) bad += $"; {demo.Network.Nodes[node].Name}: {(run.ExitCode is 1 or 4 ? $"exit code {run.ExitCode}" : DemoContext.Explain(run))}";
            intact += run.Json["intact"]?.GetValue<int>() ?? 0;
            others += (run.Json["altered"]?.GetValue<int>() ?? 0) + (run.Json["undetermined"]?.GetValue<int>() ?? 0);
        }
        return new Seen(bad.Length == 0 && intact == demo.Corpus.Count && others == 0, $"{intact} INTACT, {others} others{bad}");
    }

    private async Task<Seen> ArchiveAsync()
    {
        demo.ShowCommand($"archive {Path.Combine(demo.Network.Folder, "corpus", "001-…")} … --node {demo.Network.Nodes[0].Url}");
        var runs = await Task.WhenAll(Enumerable.Range(0, demo.Network.Nodes.Count).Select(node =>
            demo.CliAsync(node, ct, ["archive", .. demo.Share(node).Select(f => f.Path), "--fonds", "演示全宗", "--submitter", "demo"])));
        if (runs.FirstOrDefault(r => r.ExitCode is not (0 or 1)) is { } failed) return new Seen(false, DemoContext.Explain(failed));
        var receipts = runs.SelectMany(r => r.Json["records"]!.AsArray()).Select(r => r!.AsObject()).ToList();
        foreach (var receipt in receipts.Where(r => r["record"] is not null)) demo.RecordOf[receipt["file"]!.ToString()] = receipt["record"]!.ToString();
        var passed = receipts.Count(r => r["signature"]?.ToString() == "TOTAL-PASSED" && r["state"]?.ToString() == "sealed, not yet anchored");
        var refused = receipts.FirstOrDefault(r => r["refused"] is not null);
        return new Seen(
            passed == demo.Corpus.Count,
            $"{demo.RecordOf.Count} receipts, {passed} TOTAL-PASSED and sealed{(refused is null ? "" : $"; refused: {refused["file"]}: {refused["refused"]}")}");
    }

    private async Task<Seen> OfferAlteredAsync()
    {
        var original = demo.FilesOfNode1[0].Path;
        var altered = Path.Combine(demo.Network.Folder, "altered-" + Path.GetFileName(original));
        await CopyAlteredAsync(original, altered);
        foreach (var ending in new[] { ".p7s", ".sig", ".pem" })
            if (File.Exists(original + ending)) File.Copy(original + ending, altered + ending);
        var run = await demo.CliAsync(0, ct, "archive", altered);
        return new Seen(run.ExitCode == 1, $"exit code {run.ExitCode}: {run.Json["records"]?[0]?["refused"] ?? run.Output.Trim()}");
    }

    private async Task<Seen> AwaitAnchorsAsync()
    {
        var started = demo.Time.GetTimestamp();
        while (true)
        {
            var newest = new List<JsonObject>();
            var count = 0;
            for (var node = 0; node < demo.Network.Nodes.Count; node++)
            {
                var run = await demo.CliAsync(node, ct, "anchors");
                if (run.ExitCode != 0) return new Seen(false, DemoContext.Explain(run));
                var anchors = run.Json["anchors"]!.AsArray();
                count += anchors.Count;
                if (anchors.Count > 0) newest.Add(anchors[0]!.AsObject());
            }
            var done = IsDone(newest);
            if (done || demo.Time.GetElapsedTime(started) > AnchorPatience)
            {
                foreach (var anchor in newest) demo.Say(Line(anchor));
                return new Seen(done, $"{count} anchors; the newest cover {newest.Sum(a => a["size"]!.GetValue<long>())} leaves in {newest.Count} logs");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(500), demo.Time, ct);
        }
    }

    private bool IsDone(List<JsonObject> newest) =>
        newest.Count == demo.Network.Nodes.Count
        && newest.Select((a, node) => a["size"]!.GetValue<long>() == demo.Share(node).Count && a["cosignatures"]!.GetValue<int>() == demo.Network.Nodes.Count - 1).All(ok => ok);

    private static string Line(JsonObject anchor) =>
        $"{anchor["log"]}: {anchor["size"]} leaves, root {anchor["root"]!.ToString()[..16]}…, block {anchor["blockNumber"]} at {anchor["blockTime"]}, {anchor["cosignatures"]} cosignatures";

    private async Task<Seen> VerifyFileAsync()
    {
        var original = demo.FilesOfNode1[1].Path;
        var changed = Path.Combine(demo.Network.Folder, "changed-" + Path.GetFileName(original));
        await CopyAlteredAsync(original, changed);
        demo.ShowCommand($"verify {original} --node {demo.Network.Nodes[0].Url}");
        var first = await demo.CliAsync(0, ct, "verify", original);
        var second = await demo.CliAsync(0, ct, "verify", changed);
        return new Seen(first.ExitCode == 0 && second.ExitCode == 4, $"exit codes {first.ExitCode} and {second.ExitCode}");
    }

    private async Task CopyAlteredAsync(string from, string to)
    {
        var bytes = await File.ReadAllBytesAsync(from, ct);
        bytes[bytes.Length / 2] ^= 0x01;
        await File.WriteAllBytesAsync(to, bytes, ct);
    }
}
