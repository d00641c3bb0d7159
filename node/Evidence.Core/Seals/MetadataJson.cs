using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Evidence.Core.Json;

namespace Evidence.Core.Seals;

/// <summary>The members of the metadata part. What is written in more than one way (an empty member, a name in base64 that is UTF-8) shows when what was read is encoded again.</summary>
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
        var reader = new ObjectReader(json, "");
        reader.Format(RecordMetadata.Format);
        var files = Each(reader, "files", static (all, name) => Label(all.Object(name)));
        var description = reader.Has("description") ? Description(reader.Object("description")) : RecordDescription.Empty;
        var metadata = new RecordMetadata(reader.Base64("salt"), files, description);
        reader.End();
        return metadata;
    }

    private static FileLabel Label(ObjectReader json)
    {
        var name = json.Has("nameBase64") ? json.Base64("nameBase64") : Encoding.UTF8.GetBytes(Text(json, "name"));
        var label = new FileLabel(name, Text(json, "mediaType"));
        json.End();
        return label;
    }

    private static RecordDescription Description(ObjectReader json)
    {
        var description = new RecordDescription(
            Text(json, "title"),
            Text(json, "fonds"),
            Text(json, "series"),
            Text(json, "fileNumber"),
            Text(json, "retentionPeriod"),
            Text(json, "securityClass"),
            Each(json, "fields", static (all, name) => all.String(name)));
        json.End();
        return description;
    }

    private static Dictionary<string, T> Each<T>(ObjectReader json, string name, Func<ObjectReader, string, T> read)
    {
        if (!json.Has(name)) return [];
        var all = json.Object(name);
        return all.Names.ToDictionary(static member => member, member => read(all, member), StringComparer.Ordinal);
    }

    private static string Text(ObjectReader json, string name) => json.OptionalString(name) ?? "";
}
