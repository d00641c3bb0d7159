using System.Globalization;
using System.Text.Json;

namespace Evidence.Core.Seals;

/// <summary>Reads a seal's members in their canonical order. What it lets through is held against the canonical form afterwards.</summary>
internal static class SealReader
{
    /// <exception cref="FormatException">A member is missing, unknown, out of order or of the wrong kind.</exception>
    internal static Seal Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 3 });
        try
        {
            var seal = ReadSeal(ref reader);
            return reader.Read() ? throw new FormatException("The seal goes on after its end.") : seal;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The seal is not valid JSON at byte {reader.BytesConsumed}: {e.Message}", e);
        }
    }

    private static Seal ReadSeal(ref Utf8JsonReader reader)
    {
        Next(ref reader, JsonTokenType.StartObject, "the seal");
        var format = String(ref reader, "format");
        if (format != Seal.Format) throw new FormatException($"format: '{format}' is not '{Seal.Format}'.");
        var parts = ReadParts(ref reader);
        var received = Time(String(ref reader, "received"));
        var record = String(ref reader, "record");
        if (!RecordId.TryParse(record, out var id)) throw new FormatException($"record: '{record}' is not a record number.");
        var submitter = String(ref reader, "submitter");
        Next(ref reader, JsonTokenType.EndObject, "the end of the seal after 'submitter'");
        return new Seal(id, received, submitter, parts);
    }

    private static List<SealPart> ReadParts(ref Utf8JsonReader reader)
    {
        Member(ref reader, "parts");
        Next(ref reader, JsonTokenType.StartArray, "parts: a list");
        var parts = new List<SealPart>(4);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) parts.Add(ReadPart(ref reader));
        return reader.TokenType == JsonTokenType.EndArray ? parts : throw new FormatException($"parts: item {parts.Count + 1} is not an object.");
    }

    private static SealPart ReadPart(ref Utf8JsonReader reader)
    {
        var name = String(ref reader, "name");
        reader.Read();
        var of = Optional(ref reader, "of", JsonTokenType.PropertyName);
        var role = Role(Value(ref reader, "role"), name);
        var hash = String(ref reader, "sha256");
        if (!Digest.TryParse(hash, out var sha256)) throw new FormatException($"sha256 of '{name}': '{hash}' is not 64 hexadecimal characters.");
        var size = Size(ref reader, name);
        reader.Read();
        var type = Optional(ref reader, "type", JsonTokenType.EndObject);
        if (reader.TokenType != JsonTokenType.EndObject) throw new FormatException($"parts: '{name}' has an unknown or misplaced member after 'size'.");
        return new SealPart(name, role, size, sha256, of, type);
    }

    private static long Size(ref Utf8JsonReader reader, string name)
    {
        Member(ref reader, "size");
        Next(ref reader, JsonTokenType.Number, $"size of '{name}': a number");
        return reader.TryGetInt64(out var size) ? size : throw new FormatException($"size of '{name}' is not an integer of 64 bits.");
    }

    private static PartRole Role(string text, string name) =>
        RoleNames.TryParse(text) ?? throw new FormatException($"role of '{name}': '{text}' is no role of a part.");

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParseExact(text, SealText.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"received: '{text}' is not a time such as 2026-11-22T08:33:03.123Z.");

    /// <summary>Reads a member that may be left out, and stands on the token after it; the reader stands on its name already.</summary>
    private static string? Optional(ref Utf8JsonReader reader, string name, JsonTokenType after)
    {
        if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name)) return null;
        var value = StringValue(ref reader, name);
        return reader.Read() && reader.TokenType == after ? value : throw new FormatException($"A member is missing or unknown after '{name}'.");
    }

    private static string String(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return Value(ref reader, name);
    }

    /// <summary>The string of the member on whose name the reader stands.</summary>
    private static string Value(ref Utf8JsonReader reader, string name)
    {
        CheckName(ref reader, name);
        return StringValue(ref reader, name);
    }

    private static string StringValue(ref Utf8JsonReader reader, string name)
    {
        Next(ref reader, JsonTokenType.String, $"{name}: a string");
        return reader.GetString()!;
    }

    private static void Member(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        CheckName(ref reader, name);
    }

    private static void CheckName(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.PropertyName) throw new FormatException($"The member '{name}' is missing.");
        if (!reader.ValueTextEquals(name)) throw new FormatException($"Where the member '{name}' belongs there is '{reader.GetString()}'.");
    }

    private static void Next(ref Utf8JsonReader reader, JsonTokenType token, string what)
    {
        if (!reader.Read() || reader.TokenType != token) throw new FormatException($"Expected {what}, but found {reader.TokenType}.");
    }
}
