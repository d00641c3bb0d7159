using System.Globalization;
using Evidence.Core.Chain;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Backups;

/// <summary>The anchors of a log: every one is held to the tree, and the newest that holds under trust.json is the one that records are judged by.</summary>
internal sealed class AnchorSelection(LogBytes log, INodeSource? nodes, TrustPolicy? trust, PackageFindings list)
{
    private const int MaxCandidates = 32;

    private readonly Queue<AnchorProof> _newest = new();
    private readonly Dictionary<string, List<NoteSignature>> _cosigned = new(StringComparer.Ordinal);

    /// <summary>Anchors that have the root of the tree.</summary>
    internal long Agreeing { get; private set; }

    /// <summary>The anchor to judge by, its checkpoint with all cosignatures that are kept, and what it gave; null when there is none.</summary>
    internal (AnchorProof Proof, string Note, AnchorCheck Check)? Choose()
    {
        foreach (var payload in KeptProofs.Payloads(log.Anchors, fault => Damaged("anchors.log", fault))) Read("anchors.log", () => Take(KeptProofs.Anchor(payload)));
        foreach (var anchor in _newest)
            if (TextOf(anchor) is { } text) _cosigned[text] = [];
        foreach (var payload in KeptProofs.Payloads(log.Cosignatures, fault => Damaged("cosignatures.log", fault))) Read("cosignatures.log", () => Take(KeptProofs.Cosignature(payload)));
        (AnchorProof, string, AnchorCheck)? best = null;
        foreach (var anchor in _newest.Reverse())
        {
            var judged = Judge(anchor);
            best ??= judged;
            if (judged.Check.Holds) return judged;
        }

        return best;
    }

    private void Take(AnchorProof anchor)
    {
        if (anchor.Size > log.Checkpoint.Size || nodes is null) return;
        if (TreeRoot.At(anchor.Size, nodes) is var root && root != anchor.Root)
        {
            list.Error(FindingCodes.AnchorChanged, string.Create(CultureInfo.InvariantCulture, $"anchor of {anchor.Size} leaves"), "The log does not have the root that is anchored.", anchor.Root.ToString(), root.ToString());
            return;
        }

        Agreeing++;
        _newest.Enqueue(anchor);
        if (_newest.Count > MaxCandidates) _newest.Dequeue();
    }

    private void Take(SignedNote note)
    {
        if (!_cosigned.TryGetValue(note.Text, out var signatures)) return;
        foreach (var signature in note.Signatures)
            if (signatures.Count < SignedNote.MaxSignatures && !signatures.Contains(signature)) signatures.Add(signature);
    }

    private (AnchorProof Proof, string Note, AnchorCheck Check) Judge(AnchorProof anchor)
    {
        var note = anchor.Checkpoint;
        if (TextOf(anchor) is { } text)
        {
            var signed = SignedNote.Parse(note);
            foreach (var signature in _cosigned[text])
                if (signed.Signatures.Count < SignedNote.MaxSignatures && !signed.Signatures.Contains(signature)) signed = signed.With(signature);
            note = signed.Encode();
        }

        return (anchor, note, LedgerLayer.Judge(anchor, trust, log.Keys, null, note));
    }

    private static string? TextOf(AnchorProof anchor)
    {
        try
        {
            return SignedNote.Parse(anchor.Checkpoint).Text;
        }
        catch (FormatException)
        {
            return null; // whoever judges the anchor says so
        }
    }

    private void Read(string file, Action take)
    {
        try
        {
            take();
        }
        catch (FormatException e)
        {
            Damaged(file, $"an entry cannot be read: {e.Message}");
        }
        catch (Exception e) when (e is MissingNodeException or IOException)
        {
            list.Warning(FindingCodes.TileMissing, file, $"An anchor could not be compared with the log: {e.Message}");
        }
    }

    private void Damaged(string file, string what) => list.Error(FindingCodes.ProofFileChanged, file, $"The file was changed: {what}.");
}
