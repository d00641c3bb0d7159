using Evidence.Core.Verification;

namespace Evidence.Core.Chain;

/// <summary>What checking an anchor proof gave.</summary>
/// <param name="Findings">Everything that was found, all in the layer <see cref="Layer.Ledger"/>.</param>
/// <param name="BlockTime">The block's time as its header states it; null when the header could not be read.</param>
/// <param name="RestsOn">One sentence for each thing that the proof rests on.</param>
/// <param name="ProvenNoLaterThan">The time by which the anchored tree is proven to have been; null when that is not proven.</param>
public sealed record AnchorCheck(IReadOnlyList<Finding> Findings, DateTimeOffset? BlockTime, IReadOnlyList<string> RestsOn, DateTimeOffset? ProvenNoLaterThan)
{
    /// <summary>Whether nothing stands against the proof: no error and no warning.</summary>
    public bool Holds => Findings.All(static finding => finding.Severity == Severity.Info);
}
