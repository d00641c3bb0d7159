using Evidence.Core;
using Evidence.Core.Verification;

namespace Evidence.Node.Restoring;

/// <summary>What restoring a node's log from its peers came to.</summary>
/// <param name="Origin">The log.</param>
/// <param name="LogId">Its id on the ledger.</param>
/// <param name="Size">Leaves that are here now, without a gap.</param>
/// <param name="Root">Root of the tree of those.</param>
/// <param name="Volumes">Number of its volumes.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="CheckpointSize">Leaves of the newest checkpoint that a peer has, signed by the log: what was to be restored.</param>
/// <param name="LedgerAnchors">Anchors on the ledger that the tree was held to; null when the ledger could not be asked.</param>
/// <param name="AnchorProofs">Proofs of anchors that were taken over.</param>
/// <param name="Cosignatures">Cosignatures of witnesses that were taken over.</param>
/// <param name="IsComplete">Whether everything up to the checkpoint is here; if not, the node does not start.</param>
/// <param name="CanSign">Whether the node has the log's signing key.</param>
/// <param name="Findings">What is missing, what could not be checked, and what the peers said that does not prove.</param>
public sealed record RestoreReport(
    string Origin, Digest LogId, ulong Size, Digest Root, int Volumes, long Bytes, ulong CheckpointSize, int? LedgerAnchors, long AnchorProofs, long Cosignatures,
    bool IsComplete, bool CanSign, IReadOnlyList<Finding> Findings)
{
    /// <summary>
    /// Altered when leaves are missing that no peer has; undetermined when they are missing and a peer was silent or set aside as a whole, which may have them, or when the ledger did not confirm every leaf; else intact.
    /// A peer that lied does not matter when another told the truth.
    /// </summary>
    public Outcome Outcome => !IsComplete ? Findings.Any(finding => finding is { Code: FindingCodes.PeerUnreachable } or { Code: FindingCodes.PeerWrong, Layer: Layer.Log }) ? Outcome.Undetermined : Outcome.Altered
        : Findings.Any(finding => finding.Severity == Severity.Error && finding.Code != FindingCodes.PeerWrong) ? Outcome.Altered
        : LedgerAnchors is null or 0 || Findings.Any(finding => finding.Code == FindingCodes.AnchorMissing) ? Outcome.Undetermined : Outcome.Intact;
}
