using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Node.Replication;

namespace Evidence.Node.Restoring;

/// <summary>The newest tree of the lost log that a peer proves.</summary>
/// <param name="Signed">Its checkpoint, signed by the log.</param>
/// <param name="Leaves">Its leaves.</param>
internal sealed record RestoreTarget(PeerCheckpoint Signed, ProvenLeaves Leaves)
{
    /// <summary>Asks every peer for its checkpoint, and those with the newest for the leaves, until one's prove.</summary>
    /// <param name="sources">The peers.</param>
    /// <param name="keys">The log's keys.</param>
    /// <param name="atLeast">What an earlier run has begun to restore.</param>
    /// <param name="anchors">What the ledger holds; empty when it could not be asked.</param>
    /// <param name="folder">Where the leaves are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Hears of leaves.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RestoreException">No peer proves as much.</exception>
    internal static async Task<RestoreTarget> FindAsync(
        RestoreSources sources, LogKeyHistory keys, Checkpoint? atLeast, IReadOnlyList<LedgerAnchor> anchors, string folder, TimeProvider time, IProgress<RestoreProgress> progress, CancellationToken ct)
    {
        var offers = new List<(IPeer Peer, PeerCheckpoint Signed)>();
        foreach (var peer in sources.Good)
            await sources.TryAsync(peer, async () =>
            {
                if (await peer.GetCheckpointAsync(keys.Origin, ct) is { } note) offers.Add((peer, PeerCheckpoint.Parse(peer, note, keys)));
            }, time, ct);
        foreach (var (peer, signed) in offers.OrderByDescending(offer => offer.Signed.Checkpoint.Size))
        {
            if (atLeast is not null && signed.Checkpoint.Size < atLeast.Size) break;
            ProvenLeaves? leaves = null;
            if (await sources.TryAsync(peer, async () => leaves = await ProvenLeaves.FetchAsync(peer, signed.Checkpoint, anchors, Path.Combine(folder, "leaves"), progress, ct), time, ct))
                return new RestoreTarget(signed, leaves!);
        }

        var wanted = atLeast is null ? "proves a tree of the log" : $"proves the {atLeast.Size} leaves that an earlier run has begun to restore";
        throw new RestoreException($"No peer {wanted}. {sources.Describe()}") { IsUnreachable = sources.AnySilent };
    }
}
