using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Anchoring;
using Evidence.Storage;

namespace Evidence.Node.Verification;

/// <summary>Finds the way from a leaf to the ledger: anchor, checkpoint, cosignatures, inclusion proof.</summary>
internal sealed class LeafProofReader(AnchorHistories histories, Cosignatures cosignatures, LedgerComparison ledger, NodeTrust trust)
{
    private const int MaxUnreadable = 16;
    private readonly (VerifierKey Key, string? Log)[] _witnesses = [.. trust.Policy?.Witnesses.Select(w => (VerifierKey.Parse(w.Key), w.Log)) ?? []];

    internal async Task<LeafProof> ReadAsync(LogStore log, ulong leaf, CancellationToken ct)
    {
        var history = histories.Of(log);
        var (anchor, proof) = Choose(log, history, leaf);
        if (anchor is null || proof is null) return Unanchored(log, leaf, anchor);
        var findings = new List<Finding>(await ledger.CompareAsync(proof, IndexOf(history, anchor), ct));
        var note = TryParse(proof.Checkpoint, findings);
        return new LeafProof(MakeInclusion(log, leaf, proof.Size, findings), note is null ? proof.Checkpoint : cosignatures.AddTo(note, log).Encode(), proof, findings);
    }

    // The first anchor is the earliest time; one that enough witnesses cosigned proves more, and a later one serves until they have.
    private (KeptAnchor? Anchor, AnchorProof? Proof) Choose(LogStore log, AnchorHistory history, ulong leaf)
    {
        var first = history.FirstCovering(leaf);
        var quorum = trust.Policy?.Quorum.Witnesses ?? 0;
        var candidates = quorum == 0 ? [] : history.Covering(leaf).Where(a => CountCosigned(log, a) >= quorum);
        foreach (var anchor in candidates)
            if (history.Read(anchor) is { } proof && HasQuorum(log, proof, quorum)) return (anchor, proof);
        foreach (var anchor in history.Covering(leaf).Take(MaxUnreadable))
            if (history.Read(anchor) is { } proof) return (anchor, proof);
        return (first, null);
    }

    // By name only, without reading the proof or checking a signature: most anchors are ruled out by this.
    private int CountCosigned(LogStore log, KeptAnchor anchor)
    {
        var cosigned = cosignatures.Of(new Checkpoint(log.Origin, anchor.Size, anchor.Root).Text, log);
        return WitnessesOf(log).Count(witness => cosigned.Any(s => s.Name == witness.Name && s.KeyId == witness.KeyId));
    }

    private bool HasQuorum(LogStore log, AnchorProof proof, int quorum)
    {
        if (TryParse(proof.Checkpoint, []) is not { } note) return false;
        var cosigned = cosignatures.AddTo(note, log);
        return WitnessesOf(log).Count(witness => cosigned.CosignedAt(witness) is not null) >= quorum;
    }

    private IEnumerable<VerifierKey> WitnessesOf(LogStore log) => _witnesses.Where(witness => witness.Log != log.Origin).Select(static witness => witness.Key);

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
