using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>
/// Volumes and tiles agree with each other and not with the anchor: someone rewrote both. A peer's seals tell which leaves: with them
/// the tree has the anchored root again, and what differs from them is damage like any other.
/// </summary>
internal sealed class RewriteRepair(PeerBook peers, VolumeRepair volumes)
{
    internal async Task<RepairResult> RunAsync(LogSweep sweep, Fault fault, CancellationToken ct)
    {
        var sources = await peers.FindSourcesAsync(sweep.Origin, ct);
        return await new CopyAttempts($"log {sweep.Origin}").RunAsync(sources, peer => FromAsync(peer, sweep, fault, ct), ct);
    }

    private async Task<RepairResult> FromAsync(IPeer peer, LogSweep sweep, Fault fault, CancellationToken ct)
    {
        var differing = new Dictionary<ulong, (Digest Hash, uint Volume, long Offset, long Length)>();
        foreach (var volume in await peer.ListVolumesAsync(sweep.Origin, ct))
            await foreach (var item in WalkAsync(peer, sweep, volume, ct))
                if (item.Record is { } record && record.Place.Leaf < sweep.Size && MerkleTree.LeafHash(record.SealBytes) is var hash && sweep.Tree.Leaf(record.Place.Leaf) != hash)
                    differing[record.Place.Leaf] = (hash, volume.Number, item.Offset, item.Length);
        if (differing.Count == 0) return RepairResult.Failed("it holds the same seals as this node.");
        if (!sweep.Tree.TryComplete(differing.Select(leaf => KeyValuePair.Create(leaf.Key, leaf.Value.Hash)), sweep.Trusted))
            return RepairResult.Failed("its seals do not give the anchored root either.");
        return await ReplaceAsync(peer, sweep, fault, differing.Values.Select(leaf => new DamagedRange(leaf.Volume, leaf.Offset, leaf.Length, [])), ct);
    }

    private async Task<RepairResult> ReplaceAsync(IPeer peer, LogSweep sweep, Fault fault, IEnumerable<DamagedRange> ranges, CancellationToken ct)
    {
        var texts = new List<string> { $"The seals of {peer.Name} give the anchored root." };
        foreach (var range in DamagedRange.Merge(ranges))
        {
            var result = await volumes.RunAsync(sweep, fault, new Remedy.VolumeRange(range.Volume, range.Offset, range.Length), ct);
            if (!result.Done) return result;
            texts.Add(result.Text);
        }
        return RepairResult.Repaired(string.Join(' ', texts));
    }

    private static IAsyncEnumerable<WalkedItem> WalkAsync(IPeer peer, LogSweep sweep, PeerVolume volume, CancellationToken ct) => VolumeWalker.WalkAsync(
        new PeerVolumeSource(peer, sweep.Origin, volume.Number, volume.Length),
        new VolumeWalk(volume.Number, sweep.Origin) { HashContent = false }, ct);
}
