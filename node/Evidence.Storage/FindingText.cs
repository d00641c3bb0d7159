using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Verification;

namespace Evidence.Storage;

/// <summary>A finding as it is kept beside quarantined bytes.</summary>
internal static class FindingText
{
    internal static string Of(Finding finding) => Encoding.UTF8.GetString(CanonicalJson.Serialize(new JsonObject
    {
        ["code"] = finding.Code,
        ["subject"] = finding.Subject,
        ["message"] = finding.Message,
        ["expected"] = finding.Expected ?? "",
        ["actual"] = finding.Actual ?? "",
    }));
}
