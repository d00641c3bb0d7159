using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Evidence.Core;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Uploads;

/// <summary>The small file beside a staged one: the SHA-256 of the JSON that follows, a space, the JSON. It is replaced as a whole, so it is the old one or the new one.</summary>
internal static class UploadStateFile
{
    internal const string Extension = ".upload";
    private const string Format = "evidence.upload/1";
    private const int HexLength = 2 * Digest.Size;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        IgnoreReadOnlyProperties = true,
        Converters = { new TextConverter<Digest>(Digest.Parse), new TextConverter<RecordId>(RecordId.Parse), new JsonStringEnumConverter() },
    };

    internal static string PathOf(string folder, RecordId record) => Path.Combine(folder, record + Extension);

    internal static void Write(IMedium medium, string folder, UploadState state)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Document(Format, state), Json);
        SmallFile.Replace(medium, PathOf(folder, state.Record), [.. Encoding.ASCII.GetBytes($"{Digest.Of(json)} "), .. json]);
    }

    /// <exception cref="FormatException">The file is not what was written.</exception>
    internal static UploadState Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var json = bytes.AsSpan(Math.Min(bytes.Length, HexLength + 1));
        if (bytes.Length <= HexLength || !Digest.TryParse(Encoding.ASCII.GetString(bytes, 0, HexLength), out var digest) || digest != Digest.Of(json))
            throw new FormatException($"{path} is not what was written.");
        try
        {
            return JsonSerializer.Deserialize<Document>(json, Json) is { Format: Format, Upload: var state }
                ? state
                : throw new FormatException($"{path} is of another format than {Format}.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path} is of another format than {Format}: {e.Message}", e);
        }
    }

    private sealed record Document(string Format, UploadState Upload);

    private sealed class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value!.ToString());
    }
}
