using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Reports;

namespace Evidence.Tests.Package.Making;

/// <summary>The packages in tests/vectors: made here, always the same.</summary>
internal static class PackageVectors
{
    internal static string Folder { get; } = Path.Combine(Evidence.Tests.Vectors.CheckoutRoot(), "tests", "vectors");

    internal static IReadOnlyList<PackageVector> All { get; } = [.. GoodVectors.All(), .. RotatedLogs.Good(), .. ChangedValidators.Good(), .. EventHistories.Good(), .. BadContainers.All(), .. BadRecords.All(), .. BadAnchors.All(), .. RotatedLogs.Bad(), .. ChangedValidators.Bad(), .. EventHistories.Bad()];

    /// <summary>On what verifiers agree.</summary>
    internal static byte[] Expected(PackageReport report)
    {
        var json = PackageReportJson.ToJson(report);
        return [.. CanonicalJson.Serialize(new JsonObject(new[] { "whole", "layers", "codes", "records", "provenNoLaterThan" }.Where(json.ContainsKey).Select(name => KeyValuePair.Create(name, json[name]?.DeepClone())))), (byte)'\n'];
    }
}
