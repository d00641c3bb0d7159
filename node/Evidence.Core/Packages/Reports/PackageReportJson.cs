using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages.Reports;

/// <summary>Reports of packages as JSON, format "evidence.report/1". Two verifiers agree on a package when whole, layers, codes and records are the same.</summary>
public static class PackageReportJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.report/1";

    /// <summary>The report as JSON.</summary>
    public static JsonObject ToJson(PackageReport report)
    {
        var json = new JsonObject
        {
            ["format"] = Format,
            ["whole"] = VerdictText.English(report.Whole),
            ["layers"] = new JsonObject(report.Layers.OrderBy(static layer => layer.Key).Select(static layer =>
                KeyValuePair.Create(VerdictText.English(layer.Key), (JsonNode?)VerdictText.English(layer.Value)))),
            ["codes"] = new JsonArray([.. report.Codes.Select(static code => (JsonNode)code)]),
            ["records"] = Counts(report.Records),
            ["findings"] = new JsonArray([.. report.Findings.Select(ToJson)]),
            ["findingsLeftOut"] = report.FindingsLeftOut,
            ["restsOn"] = new JsonArray([.. report.RestsOn.Select(static ground => (JsonNode)ground)]),
        };
        if (report.ProvenNoLaterThan is { } time) json["provenNoLaterThan"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        if (report.TrustSha256 is { } trust) json["trustSha256"] = trust.ToString();
        if (report.CertificateText is { } certificate) json["certificate"] = certificate;
        return json;
    }

    private static JsonObject Counts(RecordCounts records) => new()
    {
        ["count"] = records.Count,
        ["intact"] = records.Intact,
        ["altered"] = records.Altered,
        ["undetermined"] = records.Undetermined,
    };

    private static JsonNode ToJson(PackageFinding found)
    {
        var json = VerdictJson.ToJson(found.Finding);
        if (found.Record is { } record) json["record"] = record.ToString();
        return json;
    }
}
