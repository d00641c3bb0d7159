using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>Holds a mirror to the ledger: every anchor against the mirror's own tree; then copies the anchors' proofs, each after it verified.</summary>
internal sealed class AnchorCopy(AnchorBook anchors)
{
    /// <exception cref="PeerUntrueException">The mirrored tree is not the anchored one, or a proof does not hold.</exception>
    internal async Task CopyAsync(IPeer peer, LogStore mirror, VerifierKey key, CancellationToken ct)
    {
        await anchors.RefreshAsync(key.LogId, ct);
        foreach (var anchor in anchors.Unchecked(key.LogId, mirror.Size)) Compare(peer, mirror, anchor);
        anchors.MarkChecked(key.LogId, mirror.Size);
        await CopyProofsAsync(peer, mirror, key, ct);
    }

    private static void Compare(IPeer peer, LogStore mirror, LedgerAnchor anchor)
    {
        var root = mirror.RootAt(anchor.Size);
        if (root != anchor.Root)
            throw new PeerUntrueException(peer.Name, $"its log is not the one that was anchored at {anchor.Size} leaves.", anchor.Root.ToString(), root.ToString());
    }

    private async Task CopyProofsAsync(IPeer peer, LogStore mirror, VerifierKey key, CancellationToken ct)
    {
        var first = mirror.Anchors.Count;
        await foreach (var payload in peer.ReadProofsAsync(key.Name, ProofKind.Anchors, first, ct))
        {
            var proof = Parse(peer, payload.Span);
            if (proof.Size > mirror.Size) return; // its volumes come with the next round
            if (AnchorEntry.FindFault(proof, key, anchors.Contract) is { } fault)
                throw new PeerUntrueException(peer.Name, $"its proof of the anchor at {proof.Size} leaves does not hold: {fault}.");
            if (mirror.RootAt(proof.Size) is var root && root != proof.Root)
                throw new PeerUntrueException(peer.Name, $"its proof is of another tree of {proof.Size} leaves.", root.ToString(), proof.Root.ToString());
            await mirror.Anchors.AppendAsync(payload, ct);
        }
    }

    private static AnchorProof Parse(IPeer peer, ReadOnlySpan<byte> payload)
    {
        try
        {
            return AnchorEntry.Parse(payload);
        }
        catch (FormatException e)
        {
            throw new PeerUntrueException(peer.Name, $"an entry of its anchors.log is not an anchor proof: {e.Message}");
        }
    }
}
