namespace Evidence.Core.Verification;

/// <summary>The answer to "is this record what was filed?": for the whole, for each layer, and why.</summary>
/// <param name="Record">The record's number.</param>
/// <param name="Whole">The verdict on the whole.</param>
/// <param name="Layers">The verdict on each of content, seal, signature, log and ledger.</param>
/// <param name="Findings">Everything that was found, not only the first.</param>
/// <param name="RestsOn">One sentence for each thing that the verdict rests on.</param>
/// <param name="ProvenNoLaterThan">
/// The time by which the record is proven to have been sealed: that of the anchoring block where its seals were checked, otherwise the time at which the quorum of
/// witnesses had cosigned. Null when the ledger layer is not intact.
/// </param>
/// <param name="TrustSha256">SHA-256 of the trust.json that was used, or null when there was none.</param>
public sealed record Verdict(
    RecordId Record,
    Outcome Whole,
    IReadOnlyDictionary<Layer, Outcome> Layers,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<string> RestsOn,
    DateTimeOffset? ProvenNoLaterThan,
    Digest? TrustSha256);
