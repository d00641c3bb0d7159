namespace Evidence.Core.Packages;

/// <summary>Bounds on what a package may ask of its reader.</summary>
public sealed record PackageLimits
{
    /// <summary>Bytes of the whole file.</summary>
    public long MaxPackageBytes { get; init; } = 1L << 40;

    /// <summary>Number of members.</summary>
    public int MaxMembers { get; init; } = 20_000;

    /// <summary>Bytes of a member that is held in memory: seal, proofs, signatures, certificates, metadata.</summary>
    public int MaxSmallMemberBytes { get; init; } = 16 << 20;

    /// <summary>Bytes of all members together that are held in memory.</summary>
    public int MaxMemoryBytes { get; init; } = 64 << 20;
}
