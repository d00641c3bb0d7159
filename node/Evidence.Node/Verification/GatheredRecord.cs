using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Verification;

/// <summary>What was read of a record just now.</summary>
/// <param name="Log">The log that holds it.</param>
/// <param name="Stored">The record as it lies in its volume.</param>
/// <param name="Evidence">All of it for the verifier.</param>
internal sealed record GatheredRecord(LogStore Log, StoredRecord Stored, RecordEvidence Evidence);

/// <summary>The way from a leaf to the ledger.</summary>
/// <param name="Inclusion">Inclusion proof of the leaf in the tree of <paramref name="CheckpointNote"/>; null when it could not be made.</param>
/// <param name="CheckpointNote">The signed checkpoint with cosignatures; null when there is none.</param>
/// <param name="Anchor">The anchor of that checkpoint; null while there is none.</param>
/// <param name="Findings">What was found on the way.</param>
internal sealed record LeafProof(IReadOnlyList<Digest>? Inclusion, string? CheckpointNote, AnchorProof? Anchor, IReadOnlyList<Finding> Findings);
