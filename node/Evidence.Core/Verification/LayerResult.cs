namespace Evidence.Core.Verification;

/// <summary>What the check of one layer gave.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Checked">Whether everything that an intact layer needs was really compared. Nothing is intact by default.</param>
/// <param name="Findings">Everything that was found.</param>
/// <param name="RestsOn">What the layer rests on.</param>
internal sealed record LayerResult(Layer Layer, bool Checked, IReadOnlyList<Finding> Findings, IReadOnlyList<string> RestsOn)
{
    /// <summary>Whether there was nothing to check: no signature.</summary>
    internal bool Nothing { get; init; }

    /// <summary>When the layer proves a time: the ledger's.</summary>
    internal DateTimeOffset? ProvenNoLaterThan { get; init; }

    internal static LayerResult From(FindingList list, bool isChecked) => new(list.Layer, isChecked, list.Findings, list.RestsOn);

    /// <summary>The layer's verdict, with what the caller had found in it already.</summary>
    internal Outcome OutcomeWith(IEnumerable<Finding> observed)
    {
        var all = Findings.Concat(observed.Where(finding => finding.Layer == Layer)).ToList();
        if (all.Any(static finding => finding.Severity == Severity.Error)) return Outcome.Altered;
        if (all.Any(static finding => finding.Severity == Severity.Warning)) return Outcome.Undetermined;
        if (Nothing) return Outcome.None;
        return Checked ? Outcome.Intact : Outcome.Undetermined;
    }
}
