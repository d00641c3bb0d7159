using Evidence.Core;
using Evidence.Core.Verification;
using CoreFinding = Evidence.Core.Verification.Finding;
using CoreOutcome = Evidence.Core.Verification.Outcome;
using CoreSeverity = Evidence.Core.Verification.Severity;
using CoreVerdict = Evidence.Core.Verification.Verdict;

namespace Evidence.Client;

/// <summary>Verdicts as they come over the wire in the types of Evidence.Core.</summary>
public static class VerdictMapping
{
    /// <summary>The verdict that a node stated.</summary>
    /// <param name="verdict">As it came over the wire.</param>
    /// <exception cref="FormatException">A record number, layer or digest in it is not one.</exception>
    public static CoreVerdict ToCore(this V1.Verdict verdict) => new(
        RecordId.Parse(verdict.Record),
        ToCore(verdict.Whole),
        verdict.Layers.ToDictionary(layer => LayerOf(layer.Layer), layer => ToCore(layer.Outcome)),
        [.. verdict.Findings.Select(ToCore)],
        [.. verdict.RestsOn],
        verdict.ProvenNoLaterThanUnixMs == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(verdict.ProvenNoLaterThanUnixMs),
        verdict.TrustSha256.IsEmpty ? null : DigestOf(verdict.TrustSha256.Span));

    /// <summary>A finding that a node stated.</summary>
    /// <param name="finding">As it came over the wire.</param>
    /// <exception cref="FormatException">Its layer is not one.</exception>
    public static CoreFinding ToCore(this V1.Finding finding) => new(
        finding.Code,
        ToCore(finding.Severity),
        LayerOf(finding.Layer),
        finding.Subject,
        finding.Message,
        finding.Expected.Length == 0 ? null : finding.Expected,
        finding.Actual.Length == 0 ? null : finding.Actual);

    // What this client does not know is undetermined, never intact.
    private static CoreOutcome ToCore(V1.Outcome outcome) => outcome switch
    {
        V1.Outcome.Intact => CoreOutcome.Intact,
        V1.Outcome.Altered => CoreOutcome.Altered,
        V1.Outcome.None => CoreOutcome.None,
        _ => CoreOutcome.Undetermined,
    };

    private static CoreSeverity ToCore(V1.Severity severity) => severity switch
    {
        V1.Severity.Info => CoreSeverity.Info,
        V1.Severity.Error => CoreSeverity.Error,
        _ => CoreSeverity.Warning,
    };

    private static Layer LayerOf(string layer)
        => Enum.TryParse<Layer>(layer, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw new FormatException($"'{layer}' is no layer of a verdict.");

    private static Digest DigestOf(ReadOnlySpan<byte> bytes)
        => bytes.Length == Digest.Size ? new Digest(bytes) : throw new FormatException($"The digest of the trust policy has {bytes.Length} bytes, not {Digest.Size}.");
}
