using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring;

/// <summary>The events of alerts.log. Replaying them in order gives the alerts as they stand.</summary>
internal static class AlertEventJson
{
    private const string Stated = "stated", Closed = "closed";

    /// <summary>An alert was opened, or its findings changed while it was open.</summary>
    internal static byte[] State(Alert alert) => CanonicalJson.Serialize(new JsonObject
    {
        ["event"] = Stated,
        ["alert"] = alert.Id,
        ["cause"] = alert.Cause,
        ["severity"] = alert.Severity.ToString(),
        ["log"] = alert.Log,
        ["message"] = alert.Message,
        ["findings"] = FindingJson.Of(alert.Findings),
        ["opened"] = Time(alert.Opened),
    });

    /// <summary>A check passed.</summary>
    internal static byte[] Close(Alert alert) => CanonicalJson.Serialize(new JsonObject
    {
        ["event"] = Closed,
        ["alert"] = alert.Id,
        ["cause"] = alert.Cause,
        ["at"] = Time(alert.Closed!.Value),
        ["by"] = alert.ClosedBy,
        ["repair"] = alert.Repair,
    });

    /// <summary>The alert after the event; <paramref name="find"/> gives the alert before it, by its number.</summary>
    /// <exception cref="FormatException">The payload is not an event of this journal.</exception>
    internal static Alert Apply(ReadOnlySpan<byte> payload, Func<string, Alert?> find)
    {
        var json = CanonicalJson.Parse(payload);
        var id = FindingJson.Text(json, "alert");
        return FindingJson.Text(json, "event") switch
        {
            Stated => ReadState(id, json),
            Closed => (find(id) ?? throw new FormatException($"{id} is closed before it is opened.")) with
            {
                Closed = ReadTime(json, "at"),
                ClosedBy = FindingJson.Text(json, "by"),
                Repair = FindingJson.Text(json, "repair"),
            },
            var other => throw new FormatException($"'{other}' is not an event of an alert."),
        };
    }

    private static Alert ReadState(string id, JsonNode json) => new(
        id,
        FindingJson.Text(json, "cause"),
        Enum.Parse<Severity>(FindingJson.Text(json, "severity")),
        FindingJson.Text(json, "log"),
        FindingJson.Text(json, "message"),
        FindingJson.List(json["findings"]),
        ReadTime(json, "opened"));

    internal static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static DateTimeOffset ReadTime(JsonNode json, string name) =>
        DateTimeOffset.ParseExact(FindingJson.Text(json, name), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
