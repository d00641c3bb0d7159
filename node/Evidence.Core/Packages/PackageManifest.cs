using System.Text.Json.Nodes;
using Evidence.Core.Json;

namespace Evidence.Core.Packages;

/// <summary>A member as the manifest lists it.</summary>
internal sealed record ManifestMember(string Name, long Size, Digest Sha256);

/// <summary>manifest.json, format "evidence.package/1": every other member with its size and SHA-256, in the order of the file.</summary>
internal sealed record PackageManifest(RecordId Record, IReadOnlyList<ManifestMember> Members)
{
    internal const string Format = "evidence.package/1";

    internal byte[] Encode() => CanonicalJson.Serialize(new JsonObject
    {
        ["format"] = Format,
        ["record"] = Record.ToString(),
        ["members"] = new JsonArray([.. Members.Select(static member =>
            (JsonNode)new JsonObject { ["name"] = member.Name, ["sha256"] = member.Sha256.ToString(), ["size"] = member.Size })]),
    });

    /// <summary>Reads what <see cref="Encode"/> wrote, and nothing else.</summary>
    /// <exception cref="FormatException">Names the member that is wrong.</exception>
    internal static PackageManifest Parse(ReadOnlySpan<byte> bytes)
    {
        var json = new ObjectReader(CanonicalJson.Parse(bytes), "");
        json.Format(Format);
        if (!RecordId.TryParse(json.String("record"), out var record)) throw json.Wrong("record", "a record number");
        var manifest = new PackageManifest(record, json.Items("members", ReadMember));
        json.End();
        return bytes.SequenceEqual(manifest.Encode()) ? manifest : throw new FormatException("The manifest is not in canonical form (RFC 8785).");
    }

    private static ManifestMember ReadMember(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var member = new ManifestMember(json.String("name"), (long)json.UInt64("size"), json.Digest("sha256"));
        json.End();
        return member;
    }
}
