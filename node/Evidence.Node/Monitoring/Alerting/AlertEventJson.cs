using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>The events of alerts.log. Replaying them in order gives the alerts as they stand.</summary>
internal static class AlertEventJson
{
    private const string Stated = "stated", Acknowledged = "acknowledged", Escalated = "escalated", Approved = "approved", Closed = "closed", Counted = "counted";

    /// <summary>An alert was opened, or its findings changed while it was open; or it stands for all of its events after older ones were dropped.</summary>
    internal static byte[] State(Alert alert)
    {
        var json = Begin(Stated, alert);
        json["severity"] = alert.Severity.ToString();
        json["log"] = alert.Log;
        json["message"] = alert.Message;
        json["findings"] = FindingJson.Of(alert.Findings);
        json["findingsTotal"] = alert.FindingsTotal;
        json["statement"] = alert.Statement;
        json["opened"] = Time(alert.Opened);
        if (alert.AwaitsApproval) json["awaitsApproval"] = true;
        if (alert.Approved is { } approved) json["approved"] = Of(approved);
        if (alert.Acknowledged is { } by) json["acknowledged"] = Of(by);
        if (alert.Escalated is { } at) json["escalated"] = new JsonObject { ["times"] = alert.Escalations, ["at"] = Time(at) };
        if (!alert.IsOpen) json["closed"] = CloseOf(alert);
        return CanonicalJson.Serialize(json);
    }

    /// <summary>Somebody looks after it.</summary>
    internal static byte[] Acknowledge(Alert alert) => With(Acknowledged, alert, Of(alert.Acknowledged!));

    /// <summary>Nobody did in time.</summary>
    internal static byte[] Escalate(Alert alert) => With(Escalated, alert, new JsonObject { ["times"] = alert.Escalations, ["at"] = Time(alert.Escalated!.Value) });

    /// <summary>Somebody approved the repair.</summary>
    internal static byte[] Approve(Alert alert) => With(Approved, alert, Of(alert.Approved!));

    /// <summary>A check passed.</summary>
    internal static byte[] Close(Alert alert) => With(Closed, alert, CloseOf(alert));

    /// <summary>How far alerts and news are numbered: what was dropped must not lend its number to another.</summary>
    internal static byte[] Count(long alerts, long news) => CanonicalJson.Serialize(new JsonObject { ["event"] = Counted, ["alerts"] = alerts, ["news"] = news });

    /// <summary>The numbers of such an event; null for every other.</summary>
    internal static (long Alerts, long News)? ReadCount(JsonNode json) =>
        FindingJson.Text(json, "event") == Counted ? (Number(json, "alerts"), Number(json, "news")) : null;

    /// <summary>The alert after the event; <paramref name="find"/> gives the alert before it, by its number.</summary>
    /// <exception cref="FormatException">The payload is not an event of this journal.</exception>
    internal static Alert Apply(JsonNode json, Func<long, Alert?> find)
    {
        var number = Alert.NumberOf(FindingJson.Text(json, "alert")) ?? throw new FormatException($"'{FindingJson.Text(json, "alert")}' is no name of an alert.");
        var kind = FindingJson.Text(json, "event");
        var before = kind == Stated ? ReadState(number, json) : find(number) ?? throw new FormatException($"{Alert.NameOf(number)} is {kind} before it is opened.");
        var after = before with { News = Number(json, "news"), NewsAt = ReadTime(json, "newsAt") };
        if (kind is not (Stated or Acknowledged or Escalated or Approved or Closed)) throw new FormatException($"'{kind}' is not an event of an alert.");
        if (json["acknowledged"] is { } by) after = after with { Acknowledged = ReadWho(by) };
        if (json["approved"] is { } approval) after = after with { Approved = ReadWho(approval), AwaitsApproval = false };
        if (json["escalated"] is { } rise) after = after with { Escalations = (int)Number(rise, "times"), Escalated = ReadTime(rise, "at") };
        return json["closed"] is { } end
            ? after with { Closed = ReadTime(end, "at"), ClosedBy = FindingJson.Text(end, "by"), Repair = FindingJson.Text(end, "repair") }
            : after;
    }

    private static Alert ReadState(long number, JsonNode json) => new(
        number,
        FindingJson.Text(json, "cause"),
        FindingJson.Word<Severity>(json, "severity"),
        FindingJson.Text(json, "log"),
        FindingJson.Text(json, "message"),
        FindingJson.List(json["findings"]),
        ReadTime(json, "opened"))
    {
        FindingsTotal = Number(json, "findingsTotal"),
        Statement = Number(json, "statement"),
        AwaitsApproval = (bool?)json["awaitsApproval"] ?? false,
    };

    private static byte[] With(string kind, Alert alert, JsonObject what)
    {
        var json = Begin(kind, alert);
        json[kind] = what;
        return CanonicalJson.Serialize(json);
    }

    private static JsonObject Begin(string kind, Alert alert) => new()
    {
        ["event"] = kind,
        ["alert"] = alert.Id,
        ["cause"] = alert.Cause,
        ["news"] = alert.News,
        ["newsAt"] = Time(alert.NewsAt),
    };

    private static Acknowledgement ReadWho(JsonNode json) => new(FindingJson.Text(json, "by"), FindingJson.Text(json, "note"), ReadTime(json, "at"));

    private static JsonObject Of(Acknowledgement by) => new() { ["by"] = by.By, ["note"] = by.Note, ["at"] = Time(by.At) };

    private static JsonObject CloseOf(Alert alert) => new() { ["at"] = Time(alert.Closed!.Value), ["by"] = alert.ClosedBy, ["repair"] = alert.Repair };

    private static long Number(JsonNode json, string name) => (long?)json[name] ?? throw new FormatException($"'{name}' is missing.");

    internal static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static DateTimeOffset ReadTime(JsonNode json, string name) =>
        DateTimeOffset.ParseExact(FindingJson.Text(json, name), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
