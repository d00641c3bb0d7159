using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Node.Anchoring;
using Evidence.Storage;

namespace Evidence.Node.Verification;

/// <summary>Chooses among the anchors of a log. The first is the earliest time; one that enough witnesses cosigned proves more, and another serves until they have.</summary>
internal sealed class AnchorChoice(AnchorHistories histories, Cosignatures cosignatures, NodeTrust trust)
{
    private const int MaxUnreadable = 16;
    private readonly (VerifierKey Key, string? Log)[] _witnesses = [.. trust.Policy?.Witnesses.Select(w => (VerifierKey.Parse(w.Key), w.Log)) ?? []];

    /// <summary>The anchor for a leaf, and its proof; without proof when none can be read, nothing when none covers the leaf.</summary>
    internal (KeptAnchor? Anchor, AnchorProof? Proof) Covering(LogStore log, ulong leaf)
    {
        var history = histories.Of(log);
        return Choose(log, history, history.Covering(leaf));
    }

    /// <summary>The newest anchor.</summary>
    internal (KeptAnchor? Anchor, AnchorProof? Proof) Newest(LogStore log)
    {
        var history = histories.Of(log);
        return Choose(log, history, history.Current.Reverse().Take(MaxUnreadable));
    }

    /// <summary>The anchor of exactly so many leaves.</summary>
    internal (KeptAnchor? Anchor, AnchorProof? Proof) OfSize(LogStore log, ulong size)
    {
        var history = histories.Of(log);
        return Choose(log, history, history.Current.Where(anchor => anchor.Size == size));
    }

    private (KeptAnchor? Anchor, AnchorProof? Proof) Choose(LogStore log, AnchorHistory history, IEnumerable<KeptAnchor> anchors)
    {
        var quorum = trust.Policy?.Quorum.Witnesses ?? 0;
        var candidates = quorum == 0 ? [] : anchors.Where(a => CountCosigned(log, a) >= quorum);
        foreach (var anchor in candidates)
            if (history.Read(anchor) is { } proof && HasQuorum(log, proof, quorum)) return (anchor, proof);
        foreach (var anchor in anchors.Take(MaxUnreadable))
            if (history.Read(anchor) is { } proof) return (anchor, proof);
        return (anchors.FirstOrDefault(), null);
    }

    // By name only, without reading the proof or checking a signature: most anchors are ruled out by this.
    private int CountCosigned(LogStore log, KeptAnchor anchor)
    {
        var cosigned = cosignatures.Of(new Checkpoint(log.Origin, anchor.Size, anchor.Root).Text, log);
        return WitnessesOf(log).Count(witness => cosigned.Any(s => s.Name == witness.Name && s.KeyId == witness.KeyId));
    }

    private bool HasQuorum(LogStore log, AnchorProof proof, int quorum)
    {
        if (TryParse(proof.Checkpoint) is not { } note) return false;
        var cosigned = cosignatures.AddTo(note, log);
        return WitnessesOf(log).Count(witness => cosigned.CosignedAt(witness) is not null) >= quorum;
    }

    private IEnumerable<VerifierKey> WitnessesOf(LogStore log) => _witnesses.Where(witness => witness.Log != log.Origin).Select(static witness => witness.Key);

    private static SignedNote? TryParse(string note)
    {
        try
        {
            return SignedNote.Parse(note);
        }
        catch (FormatException)
        {
            return null; // whoever uses the proof says so
        }
    }
}
