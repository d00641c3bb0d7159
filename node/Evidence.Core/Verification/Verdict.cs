namespace Evidence.Core.Verification;

/// <summary>The answer to "is this record what was filed?": for the whole, for each layer, and why.</summary>
/// <param name="Record">The record's number.</param>
/// <param name="Whole">The verdict on the whole.</param>
/// <param name="Layers">The verdict on each of content, seal, signature, log and ledger.</param>
/// <param name="Findings">Everything that was found, not only the first.</param>
/// <param name="RestsOn">One sentence for each thing that the verdict rests on.</param>
/// <param name="ProvenNoLaterThan">The time of the block that anchors the record, or null when the ledger layer is not intact.</param>
/// <param name="TrustSha256">SHA-256 of the trust.json that was used, or null when there was none.</param>
public sealed record Verdict(
    RecordId Record,
    Outcome Whole,
    IReadOnlyDictionary<Layer, Outcome> Layers,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<string> RestsOn,
    DateTimeOffset? ProvenNoLaterThan,
    Digest? TrustSha256);
