using System.Text.Json.Nodes;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Reports;
using Evidence.Core.Trust;

namespace Evidence.Tests.VerifyJs;

/// <summary>That on which two verifiers must agree (evidence-package.md, "Report"), as lines of text.</summary>
internal sealed record Opinion(string Agreed)
{
    internal bool IsIntact => Agreed.StartsWith("whole \"INTACT\"", StringComparison.Ordinal);

    /// <summary>The opinion of the verifier in C#.</summary>
    internal static Opinion Of(FuzzCase item) => Of(PackageReportJson.ToJson(EvidencePackageReader.Verify(new MemoryStream(item.Package), item.Trust is null ? null : TrustPolicyJson.Parse(item.Trust))));

    internal static Opinion Of(JsonNode report)
    {
        var agreed = new[] { "whole", "layers", "codes", "records", "provenNoLaterThan" }.Select(name => $"{name} {Sorted(report[name])}");
        return new Opinion(string.Join("\n", agreed));
    }

    /// <summary>Members have no order.</summary>
    private static string Sorted(JsonNode? node) => node is JsonObject members
        ? string.Join(" ", members.OrderBy(static member => member.Key, StringComparer.Ordinal).Select(static member => $"{member.Key}={member.Value}"))
        : node?.ToJsonString() ?? "missing";
}
