using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Notes;

namespace Evidence.Core.Packages;

/// <summary>What an evidence package says once for all its records.</summary>
public sealed record PackageHeading
{
    /// <summary>The log's first verifier key.</summary>
    public required string LogKey { get; init; }

    /// <summary>How that key was handed on, oldest first; those that lead beyond the key which signed the stated checkpoint are left out.</summary>
    public IReadOnlyList<RotationNote> Rotations { get; init; } = [];

    /// <summary>The stated checkpoint: a signed note with every cosignature that is kept. Every inclusion proof leads to it; the anchored one when there is an anchor.</summary>
    public required string CheckpointNote { get; init; }

    /// <summary>The anchor of that checkpoint; null while it is not anchored.</summary>
    public AnchorProof? Anchor { get; init; }

    /// <summary>Headers that prove the validators of the anchor's block from those of earlier blocks; null when there are none. Only with an anchor.</summary>
    public ValidatorHistory? History { get; init; }

    /// <summary>The roots that the archive accepts for signatures, PEM; never trusted by a verifier, only shown. Empty when there are none.</summary>
    public string SignatureRootsPem { get; init; } = "";
}

/// <summary>One record for an evidence package.</summary>
public sealed record PackageRecord
{
    /// <summary>The seal's bytes.</summary>
    public required byte[] Seal { get; init; }

    /// <summary>Index of the seal's leaf.</summary>
    public required ulong Leaf { get; init; }

    /// <summary>Inclusion proof of the leaf in the tree of the stated checkpoint.</summary>
    public required IReadOnlyList<Digest> Inclusion { get; init; }

    /// <summary>Opens a part that the seal names for reading from the start; called twice for each (once for the checksum, once to copy).</summary>
    public required Func<string, Stream> OpenPart { get; init; }
}
