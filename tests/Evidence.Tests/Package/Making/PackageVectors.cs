namespace Evidence.Tests.Package.Making;

/// <summary>The packages in tests/vectors: made here, always the same.</summary>
internal static class PackageVectors
{
    internal static string Folder { get; } = Path.Combine(Evidence.Tests.Vectors.CheckoutRoot(), "tests", "vectors");

    internal static IReadOnlyList<PackageVector> All { get; } = [.. GoodVectors.All(), .. RotatedLogs.Good(), .. BadContainers.All(), .. BadRecords.All(), .. BadAnchors.All(), .. RotatedLogs.Bad()];
}
