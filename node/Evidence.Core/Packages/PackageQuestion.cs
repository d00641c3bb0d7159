namespace Evidence.Core.Packages;

/// <summary>What is asked of a package.</summary>
public sealed record PackageQuestion
{
    /// <summary>The text of a certificate that is to be held against the package; null when there is none.</summary>
    public string? Paper { get; init; }

    /// <summary>The one record that is to be judged; null for all. The package as a container is judged in any case.</summary>
    public RecordId? Record { get; init; }

    /// <summary>Bounds on what the package may ask of its reader.</summary>
    public PackageLimits Limits { get; init; } = new();
}
