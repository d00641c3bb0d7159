using Evidence.Core.Chain;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>A part of the record that goes into a package.</summary>
/// <param name="Name">The member name as in the seal.</param>
/// <param name="Open">Opens the bytes for reading from the start; called twice (once for the checksum, once to copy).</param>
public sealed record PackagePart(string Name, Func<Stream> Open);

/// <summary>What an evidence package of one record is made from.</summary>
public sealed record PackageContent
{
    /// <summary>The seal's bytes.</summary>
    public required byte[] Seal { get; init; }

    /// <summary>Every part that the seal names.</summary>
    public required IReadOnlyList<PackagePart> Parts { get; init; }

    /// <summary>The log's verifier key.</summary>
    public required string LogKey { get; init; }

    /// <summary>Index of the seal's leaf.</summary>
    public required ulong Leaf { get; init; }

    /// <summary>Inclusion proof of the leaf in the tree of <see cref="CheckpointNote"/>.</summary>
    public required IReadOnlyList<Digest> Inclusion { get; init; }

    /// <summary>The signed checkpoint with every cosignature that is kept; the anchored one when there is an anchor.</summary>
    public required string CheckpointNote { get; init; }

    /// <summary>The anchor's proof; null while the record is not anchored.</summary>
    public AnchorProof? Anchor { get; init; }

    /// <summary>The roots that the archive accepts for signatures, PEM; never trusted by a verifier, only shown. Empty when there are none.</summary>
    public string SignatureRootsPem { get; init; } = "";

    /// <summary>The verdict that the archive itself states.</summary>
    public required Verdict Statement { get; init; }

    /// <summary>Who makes that statement: the node's name.</summary>
    public required string StatedBy { get; init; }
}
