using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Anchoring;
using Evidence.Storage;

namespace Evidence.Node.Verification;

/// <summary>Finds the way from a leaf to the ledger: anchor, checkpoint, cosignatures, inclusion proof.</summary>
internal sealed class LeafProofReader(AnchorHistories histories, AnchorChoice anchors, Cosignatures cosignatures, LedgerComparison ledger)
{
    internal async Task<LeafProof> ReadAsync(LogStore log, ulong leaf, CancellationToken ct)
    {
        var history = histories.Of(log);
        var (anchor, proof) = anchors.Covering(log, leaf);
        if (anchor is null || proof is null) return Unanchored(log, leaf, anchor);
        var findings = new List<Finding>(await ledger.CompareAsync(proof, IndexOf(history, anchor), ct));
        var note = TryParse(proof.Checkpoint, findings);
        return new LeafProof(MakeInclusion(log, leaf, proof.Size, findings), note is null ? proof.Checkpoint : cosignatures.AddTo(note, log).Encode(), proof, findings);
    }

    private static LeafProof Unanchored(LogStore log, ulong leaf, KeptAnchor? unreadable)
    {
        var findings = new List<Finding>();
        if (unreadable is not null)
            findings.Add(new Finding(
                FindingCodes.ProofFileMissing, Severity.Warning, Layer.Ledger, "proofs/anchors.log", $"The proof of the anchor of {unreadable.Size} leaves can no longer be read."));
        if (log.Checkpoint is not { } note || Checkpoint.Parse(note.Text).Size is var size && size <= leaf) return new LeafProof(null, null, null, findings);
        return new LeafProof(MakeInclusion(log, leaf, size, findings), note.Encode(), null, findings);
    }

    private static IReadOnlyList<Digest>? MakeInclusion(LogStore log, ulong leaf, ulong size, List<Finding> findings)
    {
        try
        {
            return InclusionProof.Make(leaf, size, log.Nodes(size));
        }
        catch (Exception e) when (e is MissingNodeException or IOException or ArgumentOutOfRangeException)
        {
            findings.Add(new Finding(FindingCodes.TileMissing, Severity.Warning, Layer.Log, $"leaf {leaf}", $"No inclusion proof can be made for the tree of {size} leaves: {e.Message}"));
            return null;
        }
    }

    private static SignedNote? TryParse(string note, List<Finding> findings)
    {
        try
        {
            return SignedNote.Parse(note);
        }
        catch (FormatException e)
        {
            findings.Add(new Finding(FindingCodes.LogProofUnreadable, Severity.Warning, Layer.Log, "checkpoint", e.Message));
            return null;
        }
    }

    private static int IndexOf(AnchorHistory history, KeptAnchor anchor)
    {
        var current = history.Current;
        for (var i = 0; i < current.Count; i++) if (current[i].Size == anchor.Size) return i;
        return 0;
    }
}
