using System.Text.Json.Nodes;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring;

/// <summary>Findings as they are kept in the monitor's journals and beside quarantined bytes.</summary>
internal static class FindingJson
{
    internal static JsonArray Of(IEnumerable<Finding> findings) => new([.. findings.Select(Of)]);

    internal static JsonNode Of(Finding finding)
    {
        var json = new JsonObject
        {
            ["code"] = finding.Code,
            ["severity"] = finding.Severity.ToString(),
            ["layer"] = finding.Layer.ToString(),
            ["subject"] = finding.Subject,
            ["message"] = finding.Message,
        };
        if (finding.Expected is not null) json["expected"] = finding.Expected;
        if (finding.Actual is not null) json["actual"] = finding.Actual;
        return json;
    }

    internal static IReadOnlyList<Finding> List(JsonNode? json) =>
        [.. (json as JsonArray ?? throw new FormatException("'findings' is not a list.")).Select(Read)];

    internal static Finding Read(JsonNode? json) => new(
        Text(json, "code"),
        Word<Severity>(json, "severity"),
        Word<Layer>(json, "layer"),
        Text(json, "subject"),
        Text(json, "message"),
        (string?)json!["expected"],
        (string?)json["actual"]);

    /// <summary>One of the names of an enumeration, as it is written in full.</summary>
    internal static T Word<T>(JsonNode? json, string name)
        where T : struct, Enum => Enum.TryParse<T>(Text(json, name), out var value) && value.ToString() == Text(json, name) ? value : throw new FormatException($"'{name}' is no {typeof(T).Name}.");

    internal static string Text(JsonNode? json, string name) =>
        (string?)json?[name] ?? throw new FormatException($"'{name}' is missing.");
}
