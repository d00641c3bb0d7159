using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Ledger;

namespace Evidence.Client.Auditing;

/// <summary>What an audit of one log found.</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="LogId">The log's id on the ledger.</param>
/// <param name="Keys">The keys that may sign for it, oldest first: those that trust.json names, and those that are proven from them.</param>
/// <param name="Registration">How the ledger has the log registered; null when it has not.</param>
/// <param name="Assurance">On what it rests, what the ledger is said to hold.</param>
/// <param name="Anchors">The anchors that the ledger holds, in their order.</param>
/// <param name="ProvenAnchors">How many of them, from the first on, the served tiles were proven to lead through, each from the one before.</param>
/// <param name="ProvenProofs">Of how many of them a proof is kept that holds under trust.json.</param>
/// <param name="Checkpoint">The newest checkpoint that was served; null when none was, or none that the log signed.</param>
/// <param name="Attestations">The replicas' statements.</param>
/// <param name="Tiles">How many tiles were fetched.</param>
/// <param name="Findings">All that was found.</param>
/// <param name="RestsOn">One sentence for each thing that the outcome rests on.</param>
/// <param name="Outcome">Intact only if every step was proven and nothing stands against any of them.</param>
public sealed record AuditReport(
    string Origin,
    Digest LogId,
    IReadOnlyList<VerifierKey> Keys,
    LedgerLog? Registration,
    LedgerAssurance Assurance,
    IReadOnlyList<LedgerAnchor> Anchors,
    int ProvenAnchors,
    int ProvenProofs,
    Checkpoint? Checkpoint,
    IReadOnlyList<AuditedReplica> Attestations,
    int Tiles,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<string> RestsOn,
    Outcome Outcome)
{
    /// <summary>The documents of the event history that are in the log up to <see cref="Checkpoint"/>; null when that could not be said.</summary>
    public int? EventDocuments { get; init; }
}

/// <summary>What a replica has stated on the ledger, beside what the audit knows.</summary>
/// <param name="Attestation">Its newest statement.</param>
/// <param name="AnchorsBehind">How many anchors the ledger has taken since the one that it names.</param>
public sealed record AuditedReplica(LedgerAttestation Attestation, int AnchorsBehind);

/// <summary>How far an audit is.</summary>
/// <param name="Anchors">Anchors that were proven so far.</param>
/// <param name="Total">Anchors that are to be proven.</param>
public sealed record AuditProgress(int Anchors, int Total);
