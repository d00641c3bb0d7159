using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>The one verification engine: from what was read of a record to its verdict. It collects every finding and does no I/O.</summary>
public static class RecordVerifier
{
    /// <summary>Judges a record. Without <paramref name="trust"/> the ledger layer, and so the whole, is at best undetermined.</summary>
    public static Verdict Verify(RecordEvidence evidence, TrustPolicy? trust)
    {
        var (sealResult, seal) = SealLayer.Check(evidence);
        LayerResult[] results =
        [
            ContentLayer.Check(evidence, seal),
            sealResult,
            SignatureLayer.Check(evidence, seal, trust),
            LogLayer.Check(evidence, trust),
            LedgerLayer.Check(evidence, trust),
        ];
        var layers = results.ToDictionary(static result => result.Layer, result => result.OutcomeWith(evidence.Observed));
        return new Verdict(
            evidence.Record,
            Combine(layers, evidence.Observed.Where(static finding => finding.Layer == Layer.Package)),
            layers,
            [.. evidence.Observed, .. results.SelectMany(static result => result.Findings)],
            [.. results.SelectMany(static result => result.RestsOn).Distinct(StringComparer.Ordinal)],
            layers[Layer.Ledger] == Outcome.Intact ? results[^1].ProvenNoLaterThan : null,
            trust?.Sha256);
    }

    /// <summary>
    /// ALTERED if any layer is; INTACT if content, seal, log and ledger are, and the signature is or there is none; otherwise UNDETERMINED. What was found in the package
    /// as a container counts like a layer.
    /// </summary>
    private static Outcome Combine(Dictionary<Layer, Outcome> layers, IEnumerable<Finding> container)
    {
        var worst = container.Select(static finding => finding.Severity).DefaultIfEmpty(Severity.Info).Max();
        if (worst == Severity.Error || layers.ContainsValue(Outcome.Altered)) return Outcome.Altered;
        return worst == Severity.Info && layers.All(static layer => layer.Value == Outcome.Intact || layer is { Key: Layer.Signature, Value: Outcome.None })
            ? Outcome.Intact
            : Outcome.Undetermined;
    }
}
