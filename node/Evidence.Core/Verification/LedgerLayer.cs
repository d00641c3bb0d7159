using System.Globalization;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>The checkpoint as it is anchored, under the quorum of trust.json.</summary>
internal static class LedgerLayer
{
    internal static LayerResult Check(RecordEvidence evidence, TrustPolicy? trust)
    {
        var list = new FindingList(Layer.Ledger);
        if (trust is null)
            list.Warning(FindingCodes.TrustMissing, "trust.json", "No trust.json was given: who may be believed about the ledger is not known.");
        if (evidence.Anchor is not { } anchor)
        {
            list.Warning(FindingCodes.AnchorMissing, "anchor", "Sealed, not yet anchored: no anchor on the ledger covers the leaf.");
            return LayerResult.From(list, false);
        }

        var check = evidence.AnchorCheck ?? Judge(anchor, trust, evidence.LogKeys, evidence.ValidatorHistory, evidence.CheckpointNote);
        list.Add(check.Findings);
        foreach (var ground in check.RestsOn) list.Ground(ground);
        var covers = Covers(evidence, anchor, list);
        return LayerResult.From(list, trust is not null && covers && check.Holds) with { ProvenNoLaterThan = check.ProvenNoLaterThan };
    }

    /// <summary>The anchor by itself. It may be large: whoever has many records of one anchor judges it once.</summary>
    internal static AnchorCheck Judge(AnchorProof anchor, TrustPolicy? trust, StatedLogKeys? keys, ValidatorHistory? history, string? note) =>
        trust is null ? AnchorProofVerifier.CheckForm(anchor) : AnchorProofVerifier.Check(anchor, trust, keys, history, note is null ? [] : [note]);

    /// <summary>Whether the tree that the inclusion proof leads to is the one that is anchored.</summary>
    private static bool Covers(RecordEvidence evidence, AnchorProof anchor, FindingList list)
    {
        if (evidence.Leaf >= anchor.Size)
        {
            list.Warning(FindingCodes.AnchorMissing, "anchor", string.Create(CultureInfo.InvariantCulture, $"The anchor covers {anchor.Size} leaves, and the record's is leaf {evidence.Leaf}: sealed, not yet anchored."));
            return false;
        }

        if (evidence.CheckpointNote is not { } text || CheckpointReading.TryRead(text, list, FindingCodes.AnchorUnreadable) is not { } note)
        {
            list.Warning(FindingCodes.LogProofMissing, "anchor", "There is no checkpoint that could be compared with the anchor.");
            return false;
        }

        if (note.Checkpoint.Size != anchor.Size)
        {
            list.Warning(FindingCodes.AnchorOtherSize, "anchor", "The inclusion proof is for another tree size than the anchor, so the two were not compared.", Number(anchor.Size), Number(note.Checkpoint.Size));
            return false;
        }

        if (note.Checkpoint.Root == anchor.Root) return true;
        list.Error(FindingCodes.AnchorChanged, "anchor", "The log's root is not the one that is anchored.", anchor.Root.ToString(), note.Checkpoint.Root.ToString());
        return false;
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
