using System.Text.Json.Nodes;

namespace Evidence.Core.Verification;

/// <summary>Verdicts and findings as JSON, format "evidence.verdict/1".</summary>
public static class VerdictJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.verdict/1";

    /// <summary>The verdict as JSON; <paramref name="statedBy"/> names who makes the statement.</summary>
    public static JsonObject ToJson(Verdict verdict, string? statedBy = null) => throw new NotImplementedException();

    /// <summary>One finding as JSON.</summary>
    public static JsonObject ToJson(Finding finding) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="ToJson(Verdict, string?)"/> wrote.</summary>
    /// <exception cref="FormatException">Names the member that is missing or wrong.</exception>
    public static Verdict Parse(JsonNode node) => throw new NotImplementedException();

    /// <summary>Reads one finding.</summary>
    /// <exception cref="FormatException">Names the member that is missing or wrong.</exception>
    public static Finding ParseFinding(JsonNode node) => throw new NotImplementedException();
}
