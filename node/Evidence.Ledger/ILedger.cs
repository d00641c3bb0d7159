using Evidence.Core;
using Evidence.Core.Chain;

namespace Evidence.Ledger;

/// <summary>
/// The ledger as the node sees it. Every call may throw <see cref="LedgerUnreachableException"/> (no answer: nothing is known) and
/// <see cref="LedgerMismatchException"/> (an answer that is not of the pinned chain, or that does not add up). What the contract holds of a log and its anchors is
/// proven against the seals of the validators where trust.json names them, and else agreed on by several endpoints; <see cref="LedgerStatus.Assurance"/> says which.
/// </summary>
public interface ILedger
{
    /// <summary>The newest block, after chain id, genesis and contract were checked.</summary>
    Task<LedgerStatus> StatusAsync(CancellationToken ct);

    /// <summary>The endpoints that answered falsely a short time ago; nothing is asked.</summary>
    IReadOnlyList<SetAsideEndpoint> SetAside { get; }

    /// <summary>On what the last answer about a log rested; null before the first. Nothing is asked.</summary>
    LedgerAssurance? Assurance { get; }

    /// <summary>Whether answers could be proven, because the chain's blocks are sealed by validators who are known.</summary>
    bool IsProvable { get; }

    /// <summary>The registration of a log; null when it is not (yet) registered.</summary>
    Task<LedgerLog?> LogInfoAsync(Digest logId, CancellationToken ct);

    /// <summary>How many anchors of a log the contract keeps; 0 for a log that it does not know.</summary>
    Task<ulong> AnchorCountAsync(Digest logId, CancellationToken ct);

    /// <summary>At most <paramref name="count"/> anchors of a log in the order of anchoring, from index <paramref name="from"/> (the first is 0).</summary>
    Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count, CancellationToken ct);

    /// <summary>The newest anchor of a log; null when there is none.</summary>
    Task<LedgerAnchor?> LatestAsync(Digest logId, CancellationToken ct);

    /// <summary>
    /// Hands in an anchor. The contract verifies that the tree of <paramref name="size"/> leaves extends the newest anchored one
    /// (RFC 9162, section 2.1.4.2). A first anchor has an empty proof.
    /// </summary>
    /// <returns>Hash of the transaction, hex with 0x.</returns>
    /// <exception cref="LedgerRejectedException">The contract refuses it; its error is named.</exception>
    Task<string> SubmitAnchorAsync(OperatorKey key, Digest logId, ulong size, Digest root, IReadOnlyList<Digest> proof, CancellationToken ct);

    /// <summary>Waits until a block holds the transaction, and captures the proof of the anchor that it made.</summary>
    /// <param name="transactionHash">Hash of the transaction, hex with 0x.</param>
    /// <param name="logId">The log.</param>
    /// <param name="checkpoint">The log's signed checkpoint, which must name the size and root that were anchored.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="LedgerRejectedException">The transaction failed.</exception>
    /// <exception cref="LedgerPendingException">No block holds it within the time that the options allow.</exception>
    Task<AnchorProof> CaptureAsync(string transactionHash, Digest logId, string checkpoint, CancellationToken ct);

    /// <summary>
    /// Finds an anchor of which only the size is known (the node stopped between handing in and capturing) and captures its proof;
    /// null when the ledger holds no such anchor.
    /// </summary>
    Task<AnchorProof?> CaptureBySizeAsync(Digest logId, ulong size, string checkpoint, CancellationToken ct);

    /// <summary>
    /// States that the holder of <paramref name="replica"/> (a member, or the operator of an open log) holds a verified copy of the log up to
    /// an anchor, which is newer than the last that it attested. Waits until a block holds the statement.
    /// </summary>
    /// <returns>Hash of the transaction, hex with 0x.</returns>
    /// <exception cref="LedgerRejectedException">The contract refuses it; its error is named.</exception>
    /// <exception cref="LedgerPendingException">No block holds it within the time that the options allow.</exception>
    Task<string> AttestAsync(OperatorKey replica, Digest logId, ulong size, Digest root, CancellationToken ct);

    /// <summary>The newest attestation of each replica of a log, in the order of their first.</summary>
    Task<IReadOnlyList<LedgerAttestation>> AttestationsAsync(Digest logId, CancellationToken ct);
}
