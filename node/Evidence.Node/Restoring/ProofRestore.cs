using Evidence.Core.Log;
using Evidence.Node.Replication;
using Evidence.Storage;

namespace Evidence.Node.Restoring;

/// <summary>Takes over the proofs of anchors and the witnesses' cosignatures that the peers keep of the log, each once and after it verified.</summary>
internal sealed class ProofRestore(LogStore copy, AnchorBook anchors, TrustedLogs trusted)
{
    internal async Task TakeAsync(IPeer peer, CancellationToken ct)
    {
        await new AnchorCopy(anchors).CopyAsync(peer, copy, ct);
        await TakeCosignaturesAsync(peer, ct);
    }

    private async Task TakeCosignaturesAsync(IPeer peer, CancellationToken ct)
    {
        var held = copy.Cosignatures.Read().Select(payload => CosignatureEntry.Parse(payload, copy.Keys).Key).ToHashSet();
        await foreach (var payload in peer.ReadProofsAsync(copy.Origin, ProofKind.Cosignatures, 0, ct).Take(ProofLimits.Of(ProofKind.Cosignatures, copy.Size)))
            if (Read(peer, payload.Span) is { } entry && held.Add(entry.Key)) await copy.Cosignatures.AppendAsync(payload, ct);
    }

    /// <summary>The entry; null when it is of a witness that nobody named, or of leaves that are not here.</summary>
    private CosignatureEntry? Read(IPeer peer, ReadOnlySpan<byte> payload)
    {
        try
        {
            var entry = CosignatureEntry.Parse(payload, copy.Keys);
            if (trusted.FindWitness(entry.Witness) is not { } witness || entry.Checkpoint.Size > copy.Size) return null;
            if (entry.Note.CosignedAt(witness) is null) throw new FormatException($"the cosignature of '{witness.Name}' does not verify.");
            var root = copy.RootAt(entry.Checkpoint.Size);
            return root == entry.Checkpoint.Root ? entry
                : throw new PeerUntrueException(peer.Name, $"it gives a cosignature of another tree of {entry.Checkpoint.Size} leaves.", root.ToString(), entry.Checkpoint.Root.ToString());
        }
        catch (Exception e) when (e is FormatException or MissingNodeException)
        {
            throw new PeerUntrueException(peer.Name, $"an entry of its cosignatures.log does not hold: {e.Message}");
        }
    }
}
