using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;

namespace Evidence.Core.Verification;

/// <summary>All that is known of one record, gathered by whoever can read it. The verifier does no I/O of its own.</summary>
public sealed record RecordEvidence
{
    /// <summary>The number of the record that was asked for.</summary>
    public required RecordId Record { get; init; }

    /// <summary>The seal's bytes as they were read; null when it is missing or could not be read.</summary>
    public required byte[]? Seal { get; init; }

    /// <summary>SHA-256 that the seal should have according to what named it (the index, an entry bundle); null when nothing does.</summary>
    public Digest? ExpectedSealSha256 { get; init; }

    /// <summary>Every part that was looked for or found.</summary>
    public required IReadOnlyList<PartObservation> Parts { get; init; }

    /// <summary>The bytes of a signature, certificates, timestamp or metadata part; null when it cannot be had.</summary>
    public Func<string, ReadOnlyMemory<byte>?> SmallPart { get; init; } = static _ => null;

    /// <summary>The digest of a content part by another algorithm than SHA-256, for signatures that need it; null when the content cannot be read again.</summary>
    public Func<string, HashAlgorithmName, byte[]>? ContentDigest { get; init; }

    /// <summary>The log's keys as the archive states them. A trust.json that names one of them thereby accepts them all; only where there is no trust.json are they taken for what they are.</summary>
    public StatedLogKeys? LogKeys { get; init; }

    /// <summary>Index of the seal's leaf in the log.</summary>
    public ulong? Leaf { get; init; }

    /// <summary>Inclusion proof of the leaf in the tree of <see cref="CheckpointNote"/> (RFC 9162, section 2.1.3).</summary>
    public IReadOnlyList<Digest>? Inclusion { get; init; }

    /// <summary>The signed checkpoint, with cosignature lines. For the ledger layer it must be the anchored one: same size and root as <see cref="Anchor"/>.</summary>
    public string? CheckpointNote { get; init; }

    /// <summary>The anchor that covers the leaf; null while it is not anchored.</summary>
    public AnchorProof? Anchor { get; init; }

    /// <summary>What <see cref="Anchor"/> gave under the same trust.json, when it was judged already; null when it is to be judged now.</summary>
    internal AnchorCheck? AnchorCheck { get; init; }

    /// <summary>Headers that prove who the validators are at heights of which trust.json does not say it; null when there are none.</summary>
    public ValidatorHistory? ValidatorHistory { get; init; }

    /// <summary>What the caller found already while gathering. A finding counts in its layer by its severity.</summary>
    public IReadOnlyList<Finding> Observed { get; init; } = [];

    /// <summary>Roots that certification paths may end in, beside those of trust.json.</summary>
    public X509Certificate2Collection SignatureRoots { get; init; } = [];
}
