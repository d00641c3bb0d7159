using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Anchoring;
using Evidence.Node.Verification;
using Evidence.Storage;

namespace Evidence.Node.Packaging;

/// <summary>Chooses the checkpoint that a package states.</summary>
internal sealed class CheckpointChoice(AnchorChoice anchors, AnchorHistories histories, Cosignatures cosignatures, LedgerComparison ledger)
{
    /// <summary>The anchored checkpoint of a size; or the one that covers a leaf; or the newest. Without any anchor, the log's own checkpoint.</summary>
    /// <param name="log">The log.</param>
    /// <param name="leaf">The last leaf that has to be in it; null when none has to.</param>
    /// <param name="size">Its leaves; 0 when nobody says.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="PackageRefusedException">There is no such checkpoint, or none yet.</exception>
    /// <exception cref="InvalidDataException">The ledger contradicts it.</exception>
    internal async Task<StatedCheckpoint> ChooseAsync(LogStore log, ulong? leaf, ulong size, CancellationToken ct)
    {
        var (anchor, proof) = size > 0 ? anchors.OfSize(log, size) : leaf is { } last ? anchors.Covering(log, last) : anchors.Newest(log);
        if (size > 0 && proof is null) throw new PackageRefusedException(PackageRefusal.NotThere, $"This node keeps no anchor of {size} leaves of {log.Origin}. `evidence anchors` lists those that there are.");
        if (anchor is not null && proof is null) throw new PackageRefusedException(PackageRefusal.NotNow, $"The proof of the anchor of {anchor.Size} leaves can no longer be read; the next sweep fetches it from a peer.");
        if (anchor is null || proof is null) return Unanchored(log);
        var found = await ledger.CompareAsync(proof, IndexOf(histories.Of(log), anchor), ct);
        if (found.FirstOrDefault(static finding => finding.Severity == Severity.Error) is { } contradiction) throw new InvalidDataException($"No evidence package was made: {contradiction.Message}");
        return new StatedCheckpoint(proof.Size, Sorted(cosignatures.AddTo(SignedNote.Parse(proof.Checkpoint), log)).Encode(), proof);
    }

    private StatedCheckpoint Unanchored(LogStore log)
    {
        var note = log.Checkpoint ?? throw new PackageRefusedException(PackageRefusal.NotNow, $"The log {log.Origin} has no signed checkpoint yet. Ask again in a second.");
        return new StatedCheckpoint(Checkpoint.Parse(note.Text).Size, Sorted(cosignatures.AddTo(note, log)).Encode(), null);
    }

    /// <summary>The log's own line first, then by name and key: nodes that keep the same lines make the same package.</summary>
    private static SignedNote Sorted(SignedNote note)
    {
        var origin = Checkpoint.Parse(note.Text).Origin;
        return new SignedNote(note.Text, note.Signatures.OrderBy(signature => signature.Name != origin).ThenBy(static signature => signature.Name, StringComparer.Ordinal)
            .ThenBy(static signature => signature.KeyId).ThenBy(static signature => Convert.ToHexString(signature.Value), StringComparer.Ordinal));
    }

    private static int IndexOf(AnchorHistory history, KeptAnchor anchor) => Math.Max(0, history.Current.ToList().FindIndex(kept => kept.Size == anchor.Size));
}
