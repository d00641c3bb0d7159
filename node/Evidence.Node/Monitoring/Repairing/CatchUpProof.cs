using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Ledger;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Judging;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>
/// Proves a peer's volumes before a log that is behind takes them in: with their leaves the tree must have a root that the ledger anchored
/// or that the log itself signed, and no leaf may lie beyond it.
/// </summary>
internal sealed class CatchUpProof(ILedger? ledger)
{
    /// <summary>What the ledger anchored of the log.</summary>
    internal Task<LedgerAnchors> AskLedgerAsync(LogSweep sweep, CancellationToken ct) => LedgerAnchors.AskAsync(ledger, sweep.Store.Keys.LogId, sweep.Origin, ct);

    /// <summary>What keeps the leaves of a peer's volumes from being proven, or null.</summary>
    internal static async Task<string?> FindFaultAsync(IPeer peer, LogSweep sweep, IReadOnlyDictionary<ulong, Digest> leaves, LedgerAnchors anchors, CancellationToken ct)
    {
        if (leaves.Keys.Any(leaf => leaf >= sweep.Tree.ProvenSize && leaf < sweep.Size)) sweep.Tree.TryComplete(leaves.Where(leaf => leaf.Key < sweep.Size), sweep.Trusted);
        foreach (var (leaf, hash) in leaves)
            if (leaf < sweep.Tree.ProvenSize && sweep.Tree.Leaf(leaf) != hash) return $"its seal of leaf {leaf} hashes to {hash}; the log holds {sweep.Tree.Leaf(leaf)}.";
        return leaves.Keys.All(leaf => leaf < sweep.Tree.ProvenSize) ? null : await FindFaultBeyondAsync(peer, sweep, leaves, anchors, ct);
    }

    private static async Task<string?> FindFaultBeyondAsync(IPeer peer, LogSweep sweep, IReadOnlyDictionary<ulong, Digest> leaves, LedgerAnchors anchors, CancellationToken ct)
    {
        if (await LargestAsync(peer, sweep, anchors, ct) is not { } trusted) return "neither the ledger nor the log's own signature vouches for more leaves than are here.";
        if (leaves.Keys.Any(leaf => leaf >= trusted.Size)) return $"it holds leaves beyond the {trusted.Size} that {trusted.Source} vouches for.";
        try
        {
            return TreeRoot.At(trusted.Size, new JoinedTree(sweep, leaves)) == trusted.Root ? null : $"with its leaves the tree has not the root of {trusted.Source}.";
        }
        catch (MissingNodeException e)
        {
            return $"the tree stays incomplete with it: {e.Message}";
        }
    }

    private static async Task<TrustedRoot?> LargestAsync(IPeer peer, LogSweep sweep, LedgerAnchors anchors, CancellationToken ct)
    {
        var roots = sweep.Trusted.ToList();
        if (anchors.Anchors is [.., var last]) roots.Add(new TrustedRoot(last.Size, last.Root, LedgerComparison.Subject(last.Size)));
        if (await peer.GetCheckpointAsync(sweep.Origin, ct) is { } note)
        {
            var signed = PeerCheckpoint.Parse(peer, note, sweep.Store.Keys).Checkpoint;
            roots.Add(new TrustedRoot(signed.Size, signed.Root, "a checkpoint that the log signed"));
        }
        return roots.Where(root => root.Size > sweep.Tree.ProvenSize).MaxBy(root => root.Size);
    }

    /// <summary>The leaf hashes of the seals in a peer's volumes. Of the content nothing is fetched: whoever writes the bytes holds it to these seals.</summary>
    /// <exception cref="PeerUntrueException">The volumes are none, or hold a leaf twice.</exception>
    internal static async Task<IReadOnlyDictionary<ulong, Digest>> ReadLeavesAsync(IPeer peer, LogSweep sweep, IReadOnlyList<PeerVolume> volumes, CancellationToken ct)
    {
        var leaves = new Dictionary<ulong, Digest>();
        foreach (var volume in volumes)
        {
            var source = new PeerVolumeSource(peer, sweep.Origin, volume.Number, volume.Length);
            await foreach (var item in VolumeWalker.WalkAsync(source, new VolumeWalk(volume.Number, sweep.Origin) { HashContent = false }, ct))
            {
                if (!item.IsIntact) throw new PeerUntrueException(peer.Name, item.Findings[0].Message);
                if (item.Record is { } record && !leaves.TryAdd(record.Place.Leaf, MerkleTree.LeafHash(record.SealBytes)))
                    throw new PeerUntrueException(peer.Name, $"leaf {record.Place.Leaf} stands in its volumes twice.");
            }
        }
        return leaves;
    }

    /// <summary>The peer's leaves, and for all others those of this node.</summary>
    private sealed class JoinedTree(LogSweep known, IReadOnlyDictionary<ulong, Digest> added) : INodeSource
    {
        public Digest Node(int level, ulong index)
        {
            if (level > 0) return MerkleTree.NodeHash(Node(level - 1, index * 2), Node(level - 1, index * 2 + 1));
            if (added.TryGetValue(index, out var hash)) return hash;
            return (index < known.Size ? known.Tree.Leaf(index) : known.Store.LeafHashOrNull(index)) ?? throw new MissingNodeException(0, index, "nobody gives this leaf.");
        }
    }
}
