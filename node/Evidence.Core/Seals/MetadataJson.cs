using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Json;

namespace Evidence.Core.Seals;

/// <summary>Reads the members of the metadata part. What is written in more than one way (an empty member, a name in base64 that is UTF-8) shows when what was read is encoded again.</summary>
internal static class MetadataJson
{
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
