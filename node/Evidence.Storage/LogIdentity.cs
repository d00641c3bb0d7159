using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Storage;

/// <summary>log.json: whose log this is, as RFC 8785 JSON: its origin, the key that it began with, and, once that was handed on, the rotations.</summary>
public static class LogIdentity
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "log.json";

    /// <summary>The file's bytes.</summary>
    public static byte[] Encode(LogKeyHistory keys)
    {
        var json = new JsonObject { ["origin"] = keys.Origin, ["key"] = keys.First.ToString() };
        if (keys.Rotations.Count > 0) json["rotations"] = new JsonArray([.. keys.Rotations.Select(static rotation => (JsonNode)rotation.Encode())]);
        return CanonicalJson.Serialize(json);
    }

    /// <summary>Reads the file and follows its rotations.</summary>
    /// <exception cref="FormatException">It is not what <see cref="Encode"/> writes, or a rotation does not hold.</exception>
    public static LogKeyHistory Parse(ReadOnlySpan<byte> bytes)
    {
        if (CanonicalJson.Parse(bytes) is not JsonObject json) throw new FormatException($"{FileName} is not an object.");
        var first = VerifierKey.Parse(TextOf(json["key"]));
        if (first.Algorithm != VerifierKey.Ed25519Note) throw new FormatException($"The key in {FileName} is not that of a log.");
        var rotations = json["rotations"] is JsonArray notes ? notes.Select(static note => RotationNote.Parse(TextOf(note))) : [];
        var keys = LogKeyHistory.Of(first, rotations);
        return bytes.SequenceEqual(Encode(keys)) ? keys : throw new FormatException($"{FileName} is not in canonical form (RFC 8785), or of another log than its key.");
    }

    /// <summary>Whether the bytes, read as far as they can be, name the key of another log than <paramref name="keys"/>.</summary>
    internal static bool NamesAnother(ReadOnlySpan<byte> bytes, LogKeyHistory keys)
    {
        try
        {
            return CanonicalJson.Parse(bytes) is JsonObject json && !VerifierKey.Parse(TextOf(json["key"])).Equals(keys.First);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw new FormatException($"{FileName} lacks a text.");
}
