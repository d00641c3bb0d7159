using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Ledger;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Judging;
using Evidence.Node.Replication;
using Evidence.Storage.Volumes;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>
/// Proves a peer's volumes before a log that is behind takes them in: with their leaves the tree must have a root that the ledger anchored
/// or that the log itself signed, and no leaf may lie beyond it.
/// </summary>
internal sealed class CatchUpProof(ILedger? ledger)
{
    /// <summary>What keeps the volumes from being proven, or null.</summary>
    internal async Task<string?> FindFaultAsync(IPeer peer, LogSweep sweep, IReadOnlyList<PeerVolume> volumes, CancellationToken ct)
    {
        if (await LargestAsync(peer, sweep, ct) is not { } trusted) return "neither the ledger nor the log's own signature vouches for more leaves than are here.";
        var leaves = await ReadLeavesAsync(peer, sweep, volumes, ct);
        if (leaves.Keys.Any(leaf => leaf >= trusted.Size)) return $"it holds leaves beyond the {trusted.Size} that {trusted.Source} vouches for.";
        try
        {
            return TreeRoot.At(trusted.Size, new JoinedTree(sweep.Tree, leaves)) == trusted.Root ? null : $"with its leaves the tree has not the root of {trusted.Source}.";
        }
        catch (MissingNodeException e)
        {
            return $"the tree stays incomplete with it: {e.Message}";
        }
    }

    private async Task<TrustedRoot?> LargestAsync(IPeer peer, LogSweep sweep, CancellationToken ct)
    {
        var roots = sweep.Trusted.ToList();
        var anchors = await LedgerAnchors.AskAsync(ledger, sweep.Store.Key.LogId, sweep.Origin, ct);
        if (anchors.Anchors is [.., var last]) roots.Add(new TrustedRoot(last.Size, last.Root, LedgerComparison.Subject(last.Size)));
        if (await peer.GetCheckpointAsync(sweep.Origin, ct) is { } note)
        {
            var signed = PeerCheckpoint.Parse(peer, note, sweep.Store.Key).Checkpoint;
            roots.Add(new TrustedRoot(signed.Size, signed.Root, "a checkpoint that the log signed"));
        }
        return roots.Where(root => root.Size > sweep.Store.Size).MaxBy(root => root.Size);
    }

    private static async Task<Dictionary<ulong, Digest>> ReadLeavesAsync(IPeer peer, LogSweep sweep, IReadOnlyList<PeerVolume> volumes, CancellationToken ct)
    {
        var leaves = new Dictionary<ulong, Digest>();
        foreach (var volume in volumes)
        {
            var source = new PeerVolumeSource(peer, sweep.Origin, volume.Number, volume.Length);
            await foreach (var item in VolumeWalker.WalkAsync(source, new VolumeWalk(volume.Number, sweep.Origin) { HashContent = false }, ct))
            {
                if (!item.IsIntact) throw new PeerUntrueException(peer.Name, item.Findings[0].Message);
                if (item.Record is { } record) leaves[record.Place.Leaf] = MerkleTree.LeafHash(record.SealBytes);
            }
        }
        return leaves;
    }

    /// <summary>The peer's leaves, and for all others those of this node.</summary>
    private sealed class JoinedTree(JudgedTree known, Dictionary<ulong, Digest> added) : INodeSource
    {
        public Digest Node(int level, ulong index)
        {
            if (level > 0) return MerkleTree.NodeHash(Node(level - 1, index * 2), Node(level - 1, index * 2 + 1));
            if (added.TryGetValue(index, out var hash)) return hash;
            return (index < known.Size ? known.Leaf(index) : null) ?? throw new MissingNodeException(0, index, "nobody gives this leaf.");
        }
    }
}
