using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>Restores volumes that are missing, or that this node does not even know of, from a peer's copy.</summary>
internal sealed class WholeVolumeRepair(PeerBook peers, CatchUpProof proof)
{
    internal async Task<RepairResult> RestoreAsync(LogSweep sweep, Fault fault, uint number, CancellationToken ct)
    {
        var sources = await peers.FindSourcesAsync(sweep.Origin, ct);
        return await new CopyAttempts(Text(number)).RunAsync(sources, peer => RestoreAsync(peer, sweep, fault, number, ct), ct);
    }

    /// <summary>Takes every volume of which a peer holds more than this node.</summary>
    internal async Task<RepairResult> CatchUpAsync(LogSweep sweep, Fault fault, CancellationToken ct)
    {
        var sources = await peers.FindSourcesAsync(sweep.Origin, ct);
        var attempts = new CopyAttempts($"volumes of {sweep.Origin}");
        var anchors = await proof.AskLedgerAsync(sweep, ct);
        if (anchors is { IsUnreachable: true, Failure: { } failure }) attempts.Unseen(failure);
        return await attempts.RunAsync(sources, peer => CatchUpAsync(peer, sweep, fault, anchors, ct), ct);
    }

    private static async Task<RepairResult> RestoreAsync(IPeer peer, LogSweep sweep, Fault fault, uint number, CancellationToken ct)
    {
        var known = sweep.Store.Volumes.First(volume => volume.Number == number);
        var offered = (await peer.ListVolumesAsync(sweep.Origin, ct)).FirstOrDefault(volume => volume.Number == number);
        if (offered is null || offered.Length < known.DurableLength) return RepairResult.Failed($"it has {offered?.Length ?? 0} of the {known.DurableLength} bytes.");
        if (sweep.Tree.ProvenSize < sweep.Size) sweep.Tree.TryComplete(await CatchUpProof.ReadLeavesAsync(peer, sweep, [offered], ct), sweep.Trusted);
        return await CopyAsync(peer, sweep, fault, number, known.DurableLength, leaf => leaf < sweep.Tree.ProvenSize ? sweep.Tree.Leaf(leaf) : null, ct);
    }

    private static async Task<RepairResult> CatchUpAsync(IPeer peer, LogSweep sweep, Fault fault, LedgerAnchors anchors, CancellationToken ct)
    {
        var held = sweep.Store.Volumes.ToDictionary(volume => volume.Number, volume => volume.DurableLength);
        var more = (await peer.ListVolumesAsync(sweep.Origin, ct)).Where(volume => volume.Length > held.GetValueOrDefault(volume.Number)).ToList();
        if (more.Count == 0) return RepairResult.Failed("it holds nothing that is missing here.");
        var leaves = await CatchUpProof.ReadLeavesAsync(peer, sweep, more, ct);
        if (await CatchUpProof.FindFaultAsync(peer, sweep, leaves, anchors, ct) is { } unproven) return RepairResult.Failed(unproven);
        var texts = new List<string>();
        foreach (var volume in more.OrderBy(volume => volume.Number))
        {
            var result = await CopyAsync(peer, sweep, fault, volume.Number, volume.Length, leaf => leaves.TryGetValue(leaf, out var hash) ? hash : null, ct);
            if (!result.Done) return result;
            texts.Add(result.Text);
        }
        return RepairResult.Repaired(string.Join(' ', texts));
    }

    private static async Task<RepairResult> CopyAsync(IPeer peer, LogSweep sweep, Fault fault, uint number, long length, Func<ulong, Digest?> proven, CancellationToken ct)
    {
        var findings = new JsonObject { ["cause"] = fault.Cause, ["source"] = peer.Name, ["findings"] = FindingJson.Of(fault.Findings) }.ToJsonString();
        try
        {
            await using var bytes = new ChunkStream(peer.ReadVolumeAsync(sweep.Origin, number, 0, length, ct), ct);
            await sweep.Store.RestoreVolumeAsync(number, bytes, proven, findings, ct);
            return RepairResult.Repaired($"Volume {number} ({length} bytes) was taken from {peer.Name}, proven against the log and written.");
        }
        catch (UnprovenBytesException e)
        {
            return sweep.Trusted.Count == 0 ? RepairResult.Unproven(e.Message) : RepairResult.Failed(e.Message);
        }
    }

    private static string Text(uint number) => string.Create(CultureInfo.InvariantCulture, $"volume {number}");
}
