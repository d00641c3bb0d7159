using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Client.Auditing;

/// <summary>The newest checkpoint of a log that a node serves.</summary>
internal sealed record ServedCheckpoint(SignedNote Note, Checkpoint Checkpoint)
{
    /// <summary>Null, and a finding, when there is none that can be read.</summary>
    internal static async Task<ServedCheckpoint?> FetchAsync(EvidenceClient node, string origin, AuditFindings findings, CancellationToken ct)
    {
        try
        {
            if (await node.GetCheckpointAsync(origin, ct) is { } bytes && SignedNote.Parse(bytes) is var note) return new ServedCheckpoint(note, Checkpoint.Parse(note.Text));
            findings.Warning(FindingCodes.TileMissing, Layer.Log, "checkpoint", "The node has no checkpoint of the log: nothing could be compared with the ledger.");
        }
        catch (FormatException e)
        {
            findings.Warning(FindingCodes.TileUnreadable, Layer.Log, "checkpoint", $"The checkpoint that the node serves could not be read: {e.Message}");
        }
        return null;
    }

    /// <summary>The checkpoint, when it is the log's and the key that was in force at its size signed it; else null, and a finding.</summary>
    internal Checkpoint? SignedBy(AuditedKeys keys, AuditFindings findings)
    {
        if (Checkpoint.Origin == keys.Origin && keys.SignerOf(Note, Checkpoint.Size) is not null) return Checkpoint;
        if (Checkpoint.Origin == keys.Origin && keys.SignerOf(Note) is { } outOfTime)
            findings.Error(
                FindingCodes.CheckpointKeyOutOfTime, Layer.Log, "checkpoint", "The checkpoint that the node serves is signed by a key of the log that, by its rotations, does not sign at this size.",
                string.Join(", ", keys.Accepted.SelectMany(history => history.ValidAt(Checkpoint.Size))), outOfTime.ToString());
        else findings.Error(FindingCodes.CheckpointSignatureWrong, Layer.Log, "checkpoint", "The checkpoint that the node serves is not signed by the log's key.", string.Join(", ", keys.All), Checkpoint.Origin);
        return null;
    }
}
