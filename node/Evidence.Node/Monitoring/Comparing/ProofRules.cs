using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Node.Monitoring.Judging;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>What an entry of a proof file must prove. The same rules hold for entries on disk, from a peer and from the ledger.</summary>
/// <param name="contract">The contract that anchors must be of; null when this node has no ledger.</param>
/// <param name="witnesses">Witnesses that trust.json names.</param>
/// <param name="self">This node's own witness key.</param>
internal sealed class ProofRules(AnchoringContract? contract, TrustedLogs witnesses, VerifierKey self)
{
    /// <summary>The anchor proof, or null and what stands against it.</summary>
    internal AnchorProof? ReadAnchor(ReadOnlySpan<byte> payload, LogKeyHistory log, JudgedTree tree, out string fault)
    {
        try
        {
            var proof = AnchorEntry.Parse(payload);
            fault = AnchorEntry.FindFault(proof, log, contract) ?? ContradictionOf(tree, proof.Size, proof.Root) ?? "";
            return fault.Length == 0 ? proof : null;
        }
        catch (FormatException e)
        {
            fault = e.Message;
            return null;
        }
    }

    /// <summary>The cosigned checkpoint, or null and what stands against it.</summary>
    internal CosignatureEntry? ReadCosignature(ReadOnlySpan<byte> payload, LogKeyHistory log, JudgedTree tree, out string fault)
    {
        try
        {
            var entry = CosignatureEntry.Parse(payload, log);
            fault = FindFault(entry) ?? ContradictionOf(tree, entry.Checkpoint.Size, entry.Checkpoint.Root) ?? "";
            return fault.Length == 0 ? entry : null;
        }
        catch (FormatException e)
        {
            fault = e.Message;
            return null;
        }
    }

    private string? FindFault(CosignatureEntry entry)
    {
        var witness = witnesses.FindWitness(entry.Witness) ?? (Matches(entry.Witness, self) ? self : null);
        if (witness is null) return $"the witness '{entry.Witness.Name}' is not known";
        return entry.Note.CosignedAt(witness) is null ? $"the cosignature of '{witness.Name}' does not verify" : null;
    }

    private static bool Matches(NoteSignature signature, VerifierKey key) => signature.Name == key.Name && signature.KeyId == key.KeyId;

    // What lies beyond the compared leaves is compared by the next sweep.
    private static string? ContradictionOf(JudgedTree tree, ulong size, Core.Digest root) =>
        size > tree.Size || tree.Gives(size, root) ? null : $"the log's tree of {size} leaves has not the root {root}";
}
