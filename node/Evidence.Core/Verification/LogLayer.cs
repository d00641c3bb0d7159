using System.Globalization;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>The seal as a leaf of the log, and the checkpoint that states the log.</summary>
internal static class LogLayer
{
    internal static LayerResult Check(RecordEvidence evidence, TrustPolicy? trust)
    {
        var list = new FindingList(Layer.Log);
        if (evidence.CheckpointNote is null) list.Warning(FindingCodes.LogProofMissing, "checkpoint", "There is no checkpoint that covers the leaf.");
        if (evidence.Leaf is null || evidence.Inclusion is null) list.Warning(FindingCodes.LogProofMissing, "inclusion proof", "The leaf's index or its inclusion proof is not there.");
        var note = evidence.CheckpointNote is { } given ? CheckpointReading.TryRead(given, list, FindingCodes.LogProofUnreadable) : null;
        if (note is null) return LayerResult.From(list, false);
        var included = CheckInclusion(evidence, note.Checkpoint, list);
        if (evidence.LogKeys is { } keys) CheckStated(keys.History, note.Checkpoint.Origin, evidence.Anchor?.LogId, trust, list);
        var signed = CheckSignature(note, evidence.LogKeys, trust, list);
        return LayerResult.From(list, included && signed);
    }

    private static bool CheckInclusion(RecordEvidence evidence, Checkpoint checkpoint, FindingList list)
    {
        if (evidence.Seal is not { } seal || evidence.Leaf is not { } leaf || evidence.Inclusion is not { } proof) return false;
        var hash = MerkleTree.LeafHash(seal);
        if (!InclusionProof.Verify(hash, leaf, checkpoint.Size, proof, checkpoint.Root))
        {
            list.Error(
                FindingCodes.LeafChanged,
                string.Create(CultureInfo.InvariantCulture, $"leaf {leaf}"),
                string.Create(CultureInfo.InvariantCulture, $"The seal does not prove as leaf {leaf} of the tree of {checkpoint.Size} leaves: the seal, the proof or the root was changed."),
                $"root {checkpoint.Root}",
                $"leaf hash {hash}");
            return false;
        }

        list.Ground(string.Create(CultureInfo.InvariantCulture, $"Log: the seal is leaf {leaf} of {checkpoint.Origin}, proven (RFC 9162) in its checkpoint of {checkpoint.Size} leaves."));
        return true;
    }

    private static bool CheckSignature(CheckpointReading note, StatedLogKeys? stated, TrustPolicy? trust, FindingList list)
    {
        list.Add(stated?.Findings ?? []);
        if (trust is not null) return note.CheckSignedBy([.. LogKeys.AcceptedBy(trust, stated).Select(static log => log.Keys)], list);
        if (stated is null)
        {
            list.Warning(FindingCodes.LogUnexpected, "log key", "Neither trust.json nor the archive names a key for this log that can be read, so the checkpoint's signature was not checked.");
            return false;
        }

        if (!note.CheckSignedBy([stated.History], list)) return false;
        list.Ground($"Log: the key is the one that the archive itself states ({stated.History.First}); no trust.json vouches for it.");
        return true;
    }

    /// <summary>Whoever reads the archive's statement of the keys must not be shown those of another log than the one that everything else is of.</summary>
    private static void CheckStated(LogKeyHistory history, string origin, Digest? anchored, TrustPolicy? trust, FindingList list)
    {
        const string Subject = "keys of the log";
        if (history.Origin != origin) list.Warning(FindingCodes.LogKeysUnexpected, Subject, "The archive states the keys of another log than the one that the checkpoint is of.", origin, history.Origin);
        if (anchored is { } id && history.LogId != id) list.Warning(FindingCodes.LogKeysUnexpected, Subject, "The first key that the archive states is not that of the log that is anchored.", id.ToString(), history.LogId.ToString());
        var trusted = trust is null ? [] : LogKeys.Of(trust).Where(key => key.Name == origin).ToList();
        if (history.Origin == origin && trusted.Count > 0 && !LogKeys.Vouches(trust!, history))
            list.Warning(FindingCodes.LogKeysUnexpected, Subject, "The keys that the archive states for this log are not those of one that trust.json names.", string.Join(", ", trusted), string.Join(", ", history.Keys));
    }
}
