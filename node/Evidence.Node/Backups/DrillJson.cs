using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Evidence.Core.Backups;
using Evidence.Core.Json;
using Evidence.Core.Packages.Reports;
using Evidence.Core.Verification;

namespace Evidence.Node.Backups;

/// <summary>The report of a drill as a document, format "evidence.drill/1", RFC 8785 JSON: what is filed as a record.</summary>
public static class DrillJson
{
    private const string Format = "evidence.drill/1";

    /// <summary>The document's bytes.</summary>
    public static byte[] Encode(DrillReport report) => CanonicalJson.Serialize(ToJson(report));

    /// <summary>The document.</summary>
    public static JsonObject ToJson(DrillReport report) => new()
    {
        ["format"] = Format,
        ["software"] = $"evidence {typeof(DrillJson).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}",
        ["outcome"] = VerdictText.English(report.Outcome),
        ["medium"] = report.Backup?.Medium.ToString("D"),
        ["label"] = report.Backup?.Label,
        ["backup"] = report.Backup?.Number,
        ["taken"] = report.Backup is { } backup ? Time(backup.Taken) : null,
        ["began"] = Time(report.Began),
        ["ended"] = Time(report.Ended),
        ["trustSha256"] = report.TrustSha256?.ToString(),
        ["ledgerAsked"] = report.LedgerAsked,
        ["mediumOutcome"] = VerdictText.English(report.Medium),
        ["findings"] = Array(report.Findings.Select(VerdictJson.ToJson)),
        ["logs"] = Array(report.Logs.Select(ToJson)),
    };

    private static JsonObject ToJson(DrilledLog log) => new()
    {
        ["origin"] = log.Stated.Origin,
        ["id"] = log.LogId.ToString(),
        ["size"] = log.Stated.Size,
        ["root"] = log.Stated.Root.ToString(),
        ["rebuilt"] = new JsonObject
        {
            ["leaves"] = log.Rebuilt.Size,
            ["root"] = log.Rebuilt.Root.ToString(),
            ["installed"] = log.Rebuilt.Installed,
            ["provenAnchors"] = log.Rebuilt.ProvenAnchors,
            ["ledgerAnchors"] = log.Rebuilt.LedgerAnchors,
            ["findings"] = Array(log.Rebuilt.Findings.Select(VerdictJson.ToJson)),
        },
        ["report"] = PackageReportJson.ToJson(log.Report),
        ["ranges"] = Array(log.Ranges.Select(ToJson)),
    };

    private static JsonObject ToJson(VolumeJudged range) => new()
    {
        ["volume"] = range.Volume,
        ["firstLeaf"] = range.FirstLeaf,
        ["lastLeaf"] = range.LastLeaf,
        ["bytes"] = range.Bytes,
        ["records"] = range.Records.Count,
        ["intact"] = range.Records.Intact,
        ["altered"] = range.Records.Altered,
        ["undetermined"] = range.Records.Undetermined,
    };

    private static JsonArray Array(IEnumerable<JsonNode> items) => [.. items];

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
