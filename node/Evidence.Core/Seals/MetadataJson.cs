using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Evidence.Core.Seals;

/// <summary>The members of the metadata part. Reading takes what it knows; that nothing else was there shows when the result is encoded again.</summary>
internal static class MetadataJson
{
    internal static JsonObject ToJson(RecordMetadata metadata)
    {
        if (metadata.Salt.Length != RecordMetadata.SaltSize) throw new FormatException($"salt: it has {metadata.Salt.Length} bytes, not {RecordMetadata.SaltSize}.");
        var json = new JsonObject { ["format"] = RecordMetadata.Format, ["salt"] = Convert.ToBase64String(metadata.Salt) };
        AddIfAny(json, "files", new JsonObject(metadata.Files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)ToJson(f.Value)))));
        AddIfAny(json, "description", ToJson(metadata.Description));
        return json;
    }

    private static JsonObject ToJson(FileLabel label)
    {
        var json = new JsonObject();
        if (Utf8.IsValid(label.Name)) AddIfAny(json, "name", label.DisplayName);
        else json["nameBase64"] = Convert.ToBase64String(label.Name);
        AddIfAny(json, "mediaType", label.MediaType);
        return json;
    }

    private static JsonObject ToJson(RecordDescription description)
    {
        var json = new JsonObject();
        AddIfAny(json, "title", description.Title);
        AddIfAny(json, "fonds", description.Fonds);
        AddIfAny(json, "series", description.Series);
        AddIfAny(json, "fileNumber", description.FileNumber);
        AddIfAny(json, "retentionPeriod", description.RetentionPeriod);
        AddIfAny(json, "securityClass", description.SecurityClass);
        AddIfAny(json, "fields", new JsonObject(description.Fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))));
        return json;
    }

    private static void AddIfAny(JsonObject json, string name, string value)
    {
        if (value.Length > 0) json[name] = value;
    }

    private static void AddIfAny(JsonObject json, string name, JsonObject value)
    {
        if (value.Count > 0) json[name] = value;
    }

    internal static RecordMetadata FromJson(JsonNode json)
    {
        if (Text(json, "format") is var format && format != RecordMetadata.Format) throw new FormatException($"format: '{format}' is not '{RecordMetadata.Format}'.");
        var files = Members(json, "files").ToDictionary(f => f.Key, f => Label(f.Key, f.Value), StringComparer.Ordinal);
        return new RecordMetadata(Base64(json, "salt"), files, Description(Member(json, "description") ?? new JsonObject()));
    }

    private static FileLabel Label(string part, JsonNode? json)
    {
        if (json is not JsonObject) throw new FormatException($"files: '{part}' is not an object.");
        var name = Member(json, "nameBase64") is null ? Encoding.UTF8.GetBytes(Text(json, "name")) : Base64(json, "nameBase64");
        return new FileLabel(name, Text(json, "mediaType"));
    }

    private static RecordDescription Description(JsonNode json) => new(
        Text(json, "title"),
        Text(json, "fonds"),
        Text(json, "series"),
        Text(json, "fileNumber"),
        Text(json, "retentionPeriod"),
        Text(json, "securityClass"),
        Members(json, "fields").ToDictionary(f => f.Key, f => StringOf(f.Value, f.Key), StringComparer.Ordinal));

    private static byte[] Base64(JsonNode json, string name)
    {
        try
        {
            return Convert.FromBase64String(Text(json, name));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{name}: it is not base64.", e);
        }
    }

    private static JsonObject Members(JsonNode json, string name) => Member(json, name) switch
    {
        null => [],
        JsonObject members => members,
        _ => throw new FormatException($"{name}: it is not an object."),
    };

    private static JsonNode? Member(JsonNode json, string name) =>
        json is JsonObject members ? members[name] : throw new FormatException($"Where '{name}' belongs there is no object.");

    private static string Text(JsonNode json, string name) => Member(json, name) is { } value ? StringOf(value, name) : "";

    private static string StringOf(JsonNode? value, string name) =>
        value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw new FormatException($"{name}: it is not a string.");
}
