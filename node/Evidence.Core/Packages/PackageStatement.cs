using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>statement.json: the verdict that the archive states, and who states it.</summary>
internal sealed record PackageStatement(Verdict Verdict, string StatedBy)
{
    internal byte[] Encode() => CanonicalJson.Serialize(VerdictJson.ToJson(Verdict, StatedBy));

    /// <summary>Reads what <see cref="Encode"/> wrote, and nothing else.</summary>
    /// <exception cref="FormatException">Names the member that is wrong.</exception>
    internal static PackageStatement Parse(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.Parse(bytes);
        var statement = new PackageStatement(VerdictJson.Parse(json), json["statedBy"] is JsonValue by ? by.GetValue<string>() : throw new FormatException("statedBy: the member is missing."));
        return bytes.SequenceEqual(statement.Encode()) ? statement : throw new FormatException("The statement is not in canonical form (RFC 8785).");
    }
}
