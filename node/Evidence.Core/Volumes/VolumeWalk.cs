namespace Evidence.Core.Volumes;

/// <summary>What a walk compares a volume with.</summary>
/// <param name="Volume">Number of the volume.</param>
/// <param name="Origin">Name of the log, as it stands in the closing members.</param>
public sealed record VolumeWalk(uint Volume, string Origin)
{
    /// <summary>Where to begin: 0 or the end of a record.</summary>
    public long Start { get; init; }

    /// <summary>Bytes that the volume must have; what is missing of them is reported. Null: as many as the source has.</summary>
    public long? ExpectedLength { get; init; }

    /// <summary>Whether the volume must be closed (true), must not be (false), or either (null).</summary>
    public bool? ExpectClosed { get; init; }

    /// <summary>Whether the content of the parts is hashed. Without it the walk tells only where records lie.</summary>
    public bool HashContent { get; init; } = true;

    /// <summary>Gives the leaf hash that the log holds at an index, or null when it holds none: a record whose seal hashes to another leaf is reported.</summary>
    public Func<ulong, Digest?>? LeafHash { get; init; }
}
