using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Evidence.Core.Json;

/// <summary>JSON in its one canonical form (RFC 8785), and strict reading of JSON (RFC 7493: no duplicate names, no half characters).</summary>
public static class CanonicalJson
{
    /// <summary>The most values (objects, lists, strings, numbers, literals) of one text: a value may take two bytes there, and some hundred in memory.</summary>
    public const int MaxValues = 1 << 18;

    /// <summary>The canonical form of <paramref name="node"/>, in UTF-8.</summary>
    /// <exception cref="FormatException">A string is not valid Unicode, or a number is not one that a double holds.</exception>
    public static byte[] Serialize(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return CanonicalWriter.Write(node, static (writer, node) => writer.Node(node));
    }

    /// <summary>Reads one JSON value, canonical or not.</summary>
    /// <param name="utf8">The bytes; nothing may follow the value.</param>
    /// <param name="maxDepth">How deep objects and arrays may be nested.</param>
    /// <exception cref="FormatException">The bytes are not one JSON value other than null, repeat a member's name, are not valid UTF-8, or hold more than <see cref="MaxValues"/> values; the message says where.</exception>
    public static JsonNode Parse(ReadOnlySpan<byte> utf8, int maxDepth = 64)
    {
        if (!Utf8.IsValid(utf8)) throw new FormatException("The JSON text is not valid UTF-8.");
        try
        {
            CheckCount(utf8, maxDepth);
            var options = new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false };
            var node = JsonNode.Parse(utf8, null, options) ?? throw new FormatException("The JSON text is null.");
            CheckStrings(node);
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The JSON text is not valid: {e.Message}", e);
        }
    }

    /// <summary>Whether the bytes are JSON in canonical form.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return utf8.SequenceEqual(Serialize(Parse(utf8)));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Counted before anything is built.</summary>
    private static void CheckCount(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (utf8.Length <= MaxValues) return;
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        for (var count = 0; reader.Read();)
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray) continue;
            if (++count > MaxValues) throw new FormatException($"The JSON text holds more than {MaxValues} values.");
        }
    }

    /// <summary>Strings are unescaped only when they are asked for: an escape that is half a surrogate pair must show now, not at a use.</summary>
    private static void CheckStrings(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var member in members) CheckStrings(member.Value);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items) CheckStrings(item);
        }
        else if (node?.GetValueKind() == JsonValueKind.String)
        {
            node.GetValue<string>();
        }
    }
}
