using Evidence.Core.Chain;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>How many records came to which verdict.</summary>
/// <param name="Count">All records of the package.</param>
/// <param name="Intact">Those that are intact.</param>
/// <param name="Altered">Those that are altered.</param>
/// <param name="Undetermined">Those that could not be judged.</param>
public readonly record struct RecordCounts(long Count, long Intact, long Altered, long Undetermined)
{
    internal RecordCounts With(Outcome whole) => whole switch
    {
        Outcome.Intact => this with { Count = Count + 1, Intact = Intact + 1 },
        Outcome.Altered => this with { Count = Count + 1, Altered = Altered + 1 },
        _ => this with { Count = Count + 1, Undetermined = Undetermined + 1 },
    };
}

/// <summary>What reading a package gave.</summary>
public sealed record PackageReport
{
    /// <summary>The verdict on the whole: the worst of the records, of the package as a container, and of the event documents in it.</summary>
    public required Outcome Whole { get; init; }

    /// <summary>The worst verdict of each layer over all records, and those of <see cref="Layer.Package"/> and, where there are event documents, <see cref="Layer.Events"/>.</summary>
    public required IReadOnlyDictionary<Layer, Outcome> Layers { get; init; }

    /// <summary>How many records came to which verdict.</summary>
    public required RecordCounts Records { get; init; }

    /// <summary>The verdicts of the first records, in their order.</summary>
    public required IReadOnlyList<Verdict> Verdicts { get; init; }

    /// <summary>The first findings, of records and container.</summary>
    public required IReadOnlyList<PackageFinding> Findings { get; init; }

    /// <summary>How many findings are not in <see cref="Findings"/>.</summary>
    public required long FindingsLeftOut { get; init; }

    /// <summary>The codes of all findings that are warnings or errors, each once, in order.</summary>
    public required IReadOnlyList<string> Codes { get; init; }

    /// <summary>What the verdict rests on: of the container, and of the first record that is reported.</summary>
    public required IReadOnlyList<string> RestsOn { get; init; }

    /// <summary>The time by which all records are proven to have been sealed; null when that is not proven of every one.</summary>
    public required DateTimeOffset? ProvenNoLaterThan { get; init; }

    /// <summary>SHA-256 of the trust.json that was used, or null when there was none.</summary>
    public required Digest? TrustSha256 { get; init; }

    /// <summary>The anchor as the package has it; null when there is none that can be read.</summary>
    public required AnchorProof? Anchor { get; init; }

    /// <summary>The text that a certificate of this package carries; null when it cannot be derived.</summary>
    public required string? CertificateText { get; init; }
}
