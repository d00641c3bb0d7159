using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Core.Packages;

/// <summary>log/keys.json, format "evidence.log-keys/1": the key that the log began with. Keys that followed it have no place in this version.</summary>
internal static class LogKeysJson
{
    private const string Format = "evidence.log-keys/1";

    internal static byte[] Encode(string firstKey) => CanonicalJson.Serialize(new JsonObject { ["first"] = firstKey, ["format"] = Format, ["rotations"] = new JsonArray() });

    /// <summary>The log's first key.</summary>
    /// <exception cref="FormatException">The bytes are not what <see cref="Encode"/> writes.</exception>
    internal static VerifierKey Parse(ReadOnlySpan<byte> bytes)
    {
        var json = new ObjectReader(CanonicalJson.Parse(bytes), "");
        json.Format(Format);
        var key = VerifierKey.Parse(json.String("first"));
        if (key.Algorithm != VerifierKey.Ed25519Note) throw json.Wrong("first", "the key of a log (algorithm 0x01)");
        return bytes.SequenceEqual(Encode(key.ToString())) ? key : throw new FormatException("It is not in canonical form (RFC 8785), or states rotations, which this version has not.");
    }
}
