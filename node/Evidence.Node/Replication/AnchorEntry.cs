using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Node.Replication;

/// <summary>An entry of anchors.log: an anchor proof as RFC 8785 JSON.</summary>
internal static class AnchorEntry
{
    internal static byte[] Encode(AnchorProof proof) => CanonicalJson.Serialize(AnchorProofJson.ToJson(proof));

    /// <exception cref="FormatException">The payload is not an anchor proof in canonical form.</exception>
    internal static AnchorProof Parse(ReadOnlySpan<byte> payload) =>
        CanonicalJson.IsCanonical(payload)
            ? AnchorProofJson.Parse(CanonicalJson.Parse(payload))
            : throw new FormatException("The entry is not canonical JSON (RFC 8785).");

    /// <summary>What stands against the proof in itself, or null: its log, its chain, its form, its checkpoint. Whether the log has that root is another question.</summary>
    internal static string? FindFault(AnchorProof proof, LogKeyHistory keys, AnchoringContract? contract)
    {
        if (proof.LogId != keys.LogId) return $"it is of the log {proof.LogId}, not of {keys.LogId}";
        if (contract is not null && !contract.IsOf(proof)) return $"it is of contract {proof.Contract} on chain {proof.ChainId}, not of {contract}";
        if (AnchorProofVerifier.CheckForm(proof) is { Holds: false } check) return check.Findings.First(finding => finding.Severity != Core.Verification.Severity.Info).Message;
        return IsSigned(proof, keys) ? null : "its checkpoint is not signed by the log";
    }

    private static bool IsSigned(AnchorProof proof, LogKeyHistory keys)
    {
        try
        {
            var note = SignedNote.Parse(proof.Checkpoint);
            return keys.SignerOf(note, proof.Size) is not null && Checkpoint.Parse(note.Text) == new Checkpoint(keys.Origin, proof.Size, proof.Root);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>The contract that anchors are expected of.</summary>
internal sealed record AnchoringContract(ulong ChainId, string Address)
{
    internal bool IsOf(AnchorProof proof) => proof.ChainId == ChainId && string.Equals(proof.Contract, Address, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => $"contract {Address} on chain {ChainId}";
}
