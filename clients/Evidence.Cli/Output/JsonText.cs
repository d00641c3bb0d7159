using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Evidence.Cli;

/// <summary>How values of the wire appear in JSON and in tables.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // so that Chinese stays readable; this is never put into a web page
    };

    private static readonly JsonSerializerOptions OneLine = new(Indented) { WriteIndented = false };

    internal static string Format(JsonNode json, bool line = false) => json.ToJsonString(line ? OneLine : Indented);

    internal static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>RFC 3339 in UTC with milliseconds; null for the 0 that stands for "none".</summary>
    internal static string? Time(long unixMilliseconds) =>
        unixMilliseconds == 0 ? null : Time(DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds));

    internal static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    internal static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];
}
