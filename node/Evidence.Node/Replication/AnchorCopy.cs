using System.Collections.Concurrent;
using Evidence.Core.Chain;
using Evidence.Ledger;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>Holds a mirror to the ledger: every anchor against the mirror's own tree; then copies the anchors' proofs, each once and after it verified.</summary>
internal sealed class AnchorCopy(AnchorBook anchors)
{
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <exception cref="PeerUntrueException">The mirrored tree is not the anchored one, or a proof does not hold.</exception>
    internal async Task CopyAsync(IPeer peer, LogStore mirror, CancellationToken ct)
    {
        await anchors.RefreshAsync(mirror.Keys.LogId, ct);
        foreach (var anchor in anchors.Unchecked(mirror.Keys.LogId, mirror.Size)) Compare(peer, mirror, anchor);
        anchors.MarkChecked(mirror.Keys.LogId, mirror.Size);
        await CopyProofsAsync(peer, mirror, _held.GetOrAdd(mirror.Origin, _ => new Held(mirror)), ct);
    }

    private static void Compare(IPeer peer, LogStore mirror, LedgerAnchor anchor)
    {
        var root = mirror.RootAt(anchor.Size);
        if (root != anchor.Root)
            throw new PeerUntrueException(peer.Name, $"its log is not the one that was anchored at {anchor.Size} leaves.", anchor.Root.ToString(), root.ToString());
    }

    private async Task CopyProofsAsync(IPeer peer, LogStore mirror, Held held, CancellationToken ct)
    {
        var first = held.Line;
        await foreach (var payload in peer.ReadProofsAsync(mirror.Origin, ProofKind.Anchors, first, ct).Take(ProofLimits.Of(ProofKind.Anchors, mirror.Size)))
        {
            var proof = Parse(peer, payload.Span);
            if (proof.Size > mirror.Size) return; // its volumes come with the next round
            if (!held.Has(proof))
            {
                Check(peer, mirror, proof);
                await mirror.Anchors.AppendAsync(payload, ct);
                held.Add(proof);
            }
            held.Line++;
        }
        // A peer that mended its file may number its lines otherwise: then all are looked through once more.
        if (held.Line == first && anchors.NewestSize(mirror.Keys.LogId) is var newest && newest <= mirror.Size && newest > held.NewestSize) held.Line = 0;
    }

    private void Check(IPeer peer, LogStore mirror, AnchorProof proof)
    {
        if (AnchorEntry.FindFault(proof, mirror.Keys, anchors.Contract) is { } fault)
            throw new PeerUntrueException(peer.Name, $"its proof of the anchor at {proof.Size} leaves does not hold: {fault}.");
        if (mirror.RootAt(proof.Size) is var root && root != proof.Root)
            throw new PeerUntrueException(peer.Name, $"its proof is of another tree of {proof.Size} leaves.", root.ToString(), proof.Root.ToString());
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

    /// <summary>The proofs that a mirror holds, and the line of the peer's file that comes next.</summary>
    private sealed class Held
    {
        private readonly HashSet<(ulong Size, string Block)> _proofs = [];

        internal Held(LogStore mirror)
        {
            foreach (var payload in mirror.Anchors.Read())
            {
                try
                {
                    Add(AnchorEntry.Parse(payload));
                }
                catch (FormatException)
                {
                    continue; // damaged: the sweep mends it
                }
            }
        }

        internal long Line { get; set; }

        internal ulong NewestSize { get; private set; }

        internal bool Has(AnchorProof proof) => _proofs.Contains(KeyOf(proof));

        internal void Add(AnchorProof proof)
        {
            _proofs.Add(KeyOf(proof));
            NewestSize = Math.Max(NewestSize, proof.Size);
        }

        private static (ulong Size, string Block) KeyOf(AnchorProof proof) => (proof.Size, Convert.ToHexStringLower(proof.BlockHash));
    }
}
