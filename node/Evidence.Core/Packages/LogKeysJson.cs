using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>log/keys.json, format "evidence.log-keys/1": the key that the log began with, and the rotations that lead to the one which signed the stated checkpoint.</summary>
internal static class LogKeysJson
{
    /// <summary>The most rotations that are followed.</summary>
    internal const int MaxRotations = 1000;

    private const string Format = "evidence.log-keys/1";

    internal static byte[] Encode(LogKeyHistory keys) => Encode(keys.First, keys.Rotations);

    /// <summary>The log's keys; whether the rotations hold is for the verifier to say.</summary>
    /// <exception cref="FormatException">The bytes are not what <see cref="Encode(LogKeyHistory)"/> writes.</exception>
    internal static StatedLogKeys Parse(ReadOnlySpan<byte> bytes)
    {
        var json = new ObjectReader(CanonicalJson.Parse(bytes), "");
        json.Format(Format);
        var key = VerifierKey.Parse(json.String("first"));
        if (key.Algorithm != VerifierKey.Ed25519Note) throw json.Wrong("first", "the key of a log (algorithm 0x01)");
        var notes = json.StringArray("rotations");
        if (notes.Count > MaxRotations) throw json.Wrong("rotations", $"a list of at most {MaxRotations} rotations");
        RotationNote[] rotations = [.. notes.Select(RotationNote.Parse)];
        return bytes.SequenceEqual(Encode(key, rotations)) ? new StatedLogKeys(key, rotations) : throw new FormatException("It is not in canonical form (RFC 8785).");
    }

    private static byte[] Encode(VerifierKey first, IEnumerable<RotationNote> rotations) => CanonicalJson.Serialize(new JsonObject
    {
        ["first"] = first.ToString(),
        ["format"] = Format,
        ["rotations"] = new JsonArray([.. rotations.Select(static rotation => (JsonNode)rotation.Encode())]),
    });
}
