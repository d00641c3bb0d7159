using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Json;

namespace Evidence.Core.Verification;

/// <summary>Verdicts and findings as JSON, format "evidence.verdict/1".</summary>
public static class VerdictJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.verdict/1";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The verdict as JSON; <paramref name="statedBy"/> names who makes the statement.</summary>
    public static JsonObject ToJson(Verdict verdict, string? statedBy = null)
    {
        var json = new JsonObject
        {
            ["format"] = Format,
            ["record"] = verdict.Record.ToString(),
            ["whole"] = VerdictText.English(verdict.Whole),
            ["layers"] = new JsonObject(verdict.Layers.OrderBy(static layer => layer.Key).Select(static layer =>
                KeyValuePair.Create(VerdictText.English(layer.Key), (JsonNode?)VerdictText.English(layer.Value)))),
            ["findings"] = new JsonArray([.. verdict.Findings.Select(static finding => (JsonNode)ToJson(finding))]),
            ["restsOn"] = new JsonArray([.. verdict.RestsOn.Select(static ground => (JsonNode)ground)]),
        };
        if (verdict.ProvenNoLaterThan is { } time) json["provenNoLaterThan"] = time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        if (verdict.TrustSha256 is { } trust) json["trustSha256"] = trust.ToString();
        if (statedBy is not null) json["statedBy"] = statedBy;
        return json;
    }

    /// <summary>One finding as JSON.</summary>
    public static JsonObject ToJson(Finding finding)
    {
        var json = new JsonObject
        {
            ["code"] = finding.Code,
            ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
            ["layer"] = VerdictText.English(finding.Layer),
            ["subject"] = finding.Subject,
            ["message"] = finding.Message,
        };
        if (finding.Expected is not null) json["expected"] = finding.Expected;
        if (finding.Actual is not null) json["actual"] = finding.Actual;
        return json;
    }

    /// <summary>Reads what <see cref="ToJson(Verdict, string?)"/> wrote.</summary>
    /// <exception cref="FormatException">Names the member that is missing or wrong.</exception>
    public static Verdict Parse(JsonNode node)
    {
        var json = new ObjectReader(node, "");
        json.Format(Format);
        if (!RecordId.TryParse(json.String("record"), out var record)) throw json.Wrong("record", "a record number");
        var verdict = new Verdict(
            record,
            OutcomeOf(json.String("whole")) ?? throw json.Wrong("whole", "an outcome"),
            ReadLayers(json.Object("layers")),
            json.Items("findings", ReadFinding),
            json.StringArray("restsOn"),
            json.OptionalString("provenNoLaterThan") is { } time ? TimeOf(time) ?? throw json.Wrong("provenNoLaterThan", "a time") : null,
            json.Has("trustSha256") ? json.Digest("trustSha256") : null);
        json.OptionalString("statedBy");
        json.End();
        return verdict;
    }

    /// <summary>Reads one finding.</summary>
    /// <exception cref="FormatException">Names the member that is missing or wrong.</exception>
    public static Finding ParseFinding(JsonNode node) => ReadFinding(node, "");

    private static Finding ReadFinding(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var finding = new Finding(
            json.String("code"),
            Enum.GetValues<Severity>().Cast<Severity?>().FirstOrDefault(severity => Name(severity) == json.String("severity")) ?? throw json.Wrong("severity", "info, warning or error"),
            LayerOf(json.String("layer")) ?? throw json.Wrong("layer", "a layer"),
            json.String("subject"),
            json.String("message"),
            json.OptionalString("expected"),
            json.OptionalString("actual"));
        json.End();
        return finding;
    }

    private static Dictionary<Layer, Outcome> ReadLayers(ObjectReader json)
    {
        var layers = new Dictionary<Layer, Outcome>();
        foreach (var layer in Enum.GetValues<Layer>())
        {
            var name = VerdictText.English(layer);
            if (json.Has(name)) layers[layer] = OutcomeOf(json.String(name)) ?? throw json.Wrong(name, "an outcome");
        }

        json.End();
        return layers;
    }

    private static string? Name(Severity? severity) => severity?.ToString().ToLowerInvariant();

    private static Outcome? OutcomeOf(string text) =>
        Enum.GetValues<Outcome>().Cast<Outcome?>().FirstOrDefault(outcome => VerdictText.English(outcome!.Value) == text);

    private static Layer? LayerOf(string text) =>
        Enum.GetValues<Layer>().Cast<Layer?>().FirstOrDefault(layer => VerdictText.English(layer!.Value) == text);

    private static DateTimeOffset? TimeOf(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
