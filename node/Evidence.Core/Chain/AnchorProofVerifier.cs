using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain;

/// <summary>What checking an anchor proof gave.</summary>
/// <param name="Findings">Everything that was found, all in the layer <see cref="Layer.Ledger"/>. No error and no warning: the proof holds.</param>
/// <param name="BlockTime">The block's time as its header states it; null when the header could not be read.</param>
/// <param name="RestsOn">One sentence for each thing that the proof rests on.</param>
/// <param name="ProvenNoLaterThan">The time by which the anchored tree is proven to have been; null when that is not proven.</param>
public sealed record AnchorCheck(IReadOnlyList<Finding> Findings, DateTimeOffset? BlockTime, IReadOnlyList<string> RestsOn, DateTimeOffset? ProvenNoLaterThan)
{
    /// <summary>Whether nothing stands against the proof.</summary>
    public bool Holds => Findings.All(finding => finding.Severity == Severity.Info);
}

/// <summary>Checks an anchor proof offline.</summary>
public static class AnchorProofVerifier
{
    /// <summary>
    /// Checks that the parts of a proof fit each other: header and its hash, receipt against the header's receipts root, success, contract, the event's log, size and
    /// root, and the checkpoint's text. Says nothing of whether the block belongs to a chain that anyone trusts.
    /// </summary>
    public static AnchorCheck CheckForm(AnchorProof proof) => throw new NotImplementedException();

    /// <summary>
    /// All of <see cref="CheckForm"/>, and against trust.json: chain id, contract, log key, and the quorum.
    /// </summary>
    /// <param name="proof">The proof.</param>
    /// <param name="trust">What the verifying person trusts.</param>
    /// <param name="cosignedNotes">Further notes of the same checkpoint whose cosignatures count beside those in the proof.</param>
    public static AnchorCheck Check(AnchorProof proof, TrustPolicy trust, params IReadOnlyList<string> cosignedNotes) => throw new NotImplementedException();
}
