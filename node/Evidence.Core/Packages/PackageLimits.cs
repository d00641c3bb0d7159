namespace Evidence.Core.Packages;

/// <summary>Bounds on what a package may ask of its reader.</summary>
public sealed record PackageLimits
{
    /// <summary>Bytes of the whole file.</summary>
    public long MaxPackageBytes { get; init; } = 1L << 44;

    /// <summary>Number of members.</summary>
    public long MaxMembers { get; init; } = 1L << 26;

    /// <summary>Bytes of a member that is held in memory: keys, anchor, history, seal, proof, signatures, certificates, metadata.</summary>
    public int MaxSmallMemberBytes { get; init; } = 4 << 20;

    /// <summary>Bytes that are held in memory of the members of one record, and of those outside of records.</summary>
    public int MaxMemoryBytes { get; init; } = 16 << 20;

    /// <summary>Records whose numbers are held, some 30 bytes each, so that none comes twice.</summary>
    public int MaxRecords { get; init; } = 1 << 21;

    /// <summary>Findings that are kept; further ones are counted.</summary>
    public int MaxFindings { get; init; } = 1000;

    /// <summary>Records whose verdict is kept; further ones are counted.</summary>
    public int MaxVerdicts { get; init; } = 1000;
}
