using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core;

namespace Evidence.Network.Demo;

/// <summary>The steps that do harm to node 1 behind its back, and show that it is found and repaired.</summary>
internal sealed class DamageSteps(DemoContext demo, CancellationToken ct)
{
    private string _flipped = "";
    private string _erasedAt = "";
    private string _misplaced = "";

    // How findings must name what was done: by record, or by place where no record can be made out any more.
    private string[] Faults => [_flipped, _erasedAt, _misplaced];

    internal async Task RunAsync()
    {
        await demo.Scenario.StepAsync("flipped one bit in a volume of node1 behind its back", "ALTERED 不一致 (exit code 1), the content named", FlipAsync);
        await demo.Scenario.StepAsync("overwrote all bytes of another record with zeros", "not INTACT, exit code 1 or 4", EraseAsync);
        await demo.Scenario.StepAsync(
            "stopped node1, made an entry of its LevelDB index point to another record, with a right checksum, and started it again",
            "INTACT (exit code 0) for the right record all the same, since no verdict rests on the index", EditIndexAsync);
        await demo.Scenario.StepAsync("had node1 sweep everything it stores", "all three found and repaired, then INTACT (exit code 0)", SweepAsync);
        await demo.Scenario.StepAsync("looked at the alerts of node1", "an alert for each of the three faults, all closed, with the repair", AlertsAsync);
        await demo.Scenario.StepAsync("compared the volumes of node1 with node2's copies", "the same bytes", CompareReplicasAsync);
    }

    private async Task<Seen> FlipAsync()
    {
        // The largest file, so that the flipped bit lies in the midst of its bytes.
        _flipped = Record(demo.FilesOfNode1.MaxBy(f => f.Size)!);
        var offset = VolumeTampering.FlipByte(demo.Network.Nodes[0].Files.OwnLog, _flipped, "c0001");
        demo.Say($"record {_flipped}, offset {offset}");
        var (code, findings) = await VerifyAsync(_flipped);
        return new Seen(code == 1 && findings.Contains("c0001", StringComparison.Ordinal), $"exit code {code}: {findings}");
    }

    private async Task<Seen> EraseAsync()
    {
        var erased = Record(demo.FilesOfNode1[demo.FilesOfNode1.Count / 2]);
        var (start, length) = VolumeTampering.Erase(demo.Network.Nodes[0].Files.OwnLog, erased);
        _erasedAt = start.ToString(CultureInfo.InvariantCulture);
        demo.Say($"record {erased}, {length} bytes from offset {start}");
        var (code, findings) = await VerifyAsync(erased);
        return new Seen(code is 1 or 4, $"exit code {code}: {findings}");
    }

    private async Task<Seen> EditIndexAsync()
    {
        var node = demo.Network.Nodes[0];
        _misplaced = Record(demo.FilesOfNode1[5]);
        await node.StopAsync(ct);
        IndexTampering.PointElsewhere(node.Files.OwnLog, RecordId.Parse(_misplaced), RecordId.Parse(Record(demo.FilesOfNode1[6])));
        await node.StartAsync(ct);
        demo.Say($"record {_misplaced}");
        var (code, findings) = await VerifyAsync(_misplaced);
        return new Seen(code == 0, $"exit code {code}{(code == 0 ? "" : $": {findings}")}");
    }

    private async Task<Seen> SweepAsync()
    {
        demo.ShowCommand($"sweep --wait --node {demo.Network.Nodes[0].Url}");
        var run = await demo.CliAsync(0, ct, "sweep", "--wait");
        if (run.ExitCode is not (0 or 1 or 4) || run.Json["findings"] is not JsonArray findings) return new Seen(false, DemoContext.Explain(run));
        foreach (var finding in findings.Take(12)) demo.Say($"{finding!["code"]} {finding["subject"]}: {finding["message"]}");
        if (findings.Count > 12) demo.Say($"… {findings.Count - 12} more findings");
        var text = findings.ToJsonString();
        var named = Faults.Count(fault => text.Contains(fault, StringComparison.Ordinal));
        return new Seen(
            run.ExitCode == 0 && named == 3,
            $"{run.Json["bytesRead"]} bytes and {run.Json["recordsChecked"]} records read, {run.Json["findingsTotal"]} findings that name {named} of the 3 faults, "
            + $"{run.Json["repaired"]} faults repaired, {run.Json["outcome"]}{(run.Json["error"] is { } error ? $": {error}" : "")}");
    }

    private async Task<Seen> AlertsAsync()
    {
        demo.ShowCommand($"alerts --node {demo.Network.Nodes[0].Url}");
        var run = await demo.CliAsync(0, ct, "alerts");
        if (run.ExitCode != 0) return new Seen(false, DemoContext.Explain(run));
        var alerts = run.Json["alerts"]!.AsArray().Select(a => a!.AsObject()).ToList();
        foreach (var alert in alerts.Take(8)) demo.Say($"{alert["state"]}: {alert["message"]} | repair: {alert["repair"]}");
        var closed = alerts.Count(a => a["state"]!.ToString() == "closed");
        var named = Faults.Count(fault => alerts.Any(a => a["repair"] is not null && a.ToJsonString().Contains(fault, StringComparison.Ordinal)));
        return new Seen(closed == alerts.Count && named == 3, $"{alerts.Count} alerts, {closed} closed; {named} of the 3 faults named in alerts and repaired");
    }

    private async Task<Seen> CompareReplicasAsync()
    {
        var own = await DigestsAsync(demo.Network.Nodes[0].Files.OwnLog);
        var mirror = await DigestsAsync(demo.Network.Nodes[1].Files.LogFolder(demo.Network.Nodes[0].Files.Identity.Origin));
        return new Seen(own.SequenceEqual(mirror), string.Join(", ", own.Select((digest, i) => $"volume {i + 1}: SHA-256 {digest[..16]}… {(mirror.ElementAtOrDefault(i) == digest ? "=" : "≠")} {mirror.ElementAtOrDefault(i)?[..16]}…")));
    }

    private async Task<List<string>> DigestsAsync(string logFolder)
    {
        var digests = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(logFolder, "volumes")).Order(StringComparer.Ordinal))
        {
            await using var stream = File.OpenRead(file);
            digests.Add(Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct)));
        }
        return digests;
    }

    private async Task<(int Code, string Findings)> VerifyAsync(string record)
    {
        var run = await demo.CliAsync(0, ct, "verify", record);
        if (run.ExitCode is not (0 or 1 or 4)) return (run.ExitCode, DemoContext.Explain(run));
        var findings = run.Json["targets"]?[0]?["verdicts"]?[0]?["findings"] as JsonArray ?? [];
        var errors = findings.Where(f => f!["severity"]?.ToString().ToLowerInvariant() == "error").Select(f => $"{f!["code"]} {f["subject"]}: {f["message"]}").ToList();
        return (run.ExitCode, errors.Count == 0 ? DemoContext.Explain(run) : string.Join("; ", errors.Take(3)));
    }

    private string Record(CorpusFile file) => demo.RecordOf[file.Path];
}
