using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Node.Configuration;
using Evidence.Storage.Durable;

namespace Evidence.Node.Access.Tokens;

/// <summary>tokens.json: what a node keeps of its tokens. Its owner alone may touch it: whoever writes it makes callers.</summary>
internal static class TokenFile
{
    /// <summary>Its name in the folder of keys.</summary>
    internal const string Name = "tokens.json";

    /// <summary>Tokens that a node may have, those that are expired or revoked with them.</summary>
    internal const int MaxTokens = 10_000;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All of them; none where there is no file.</summary>
    /// <exception cref="ConfigurationException">The file is not what it should be; all errors are named.</exception>
    /// <exception cref="KeyFileException">Others than its owner may touch it.</exception>
    internal static IReadOnlyList<TokenEntry> Read(string path)
    {
        if (!File.Exists(path)) return [];
        OwnerOnlyFile.Check(path);
        var errors = new List<string>();
        using var json = Parse(path);
        var root = new ConfigSection(json.RootElement, "", errors);
        var entries = root.Sections("tokens").Select(Entry).ToList();
        root.RefuseUnknownFields();
        foreach (var twice in entries.GroupBy(static entry => entry.Id).Where(static same => same.Count() > 1)) errors.Add($"the id {twice.Key} stands there {twice.Count()} times");
        return errors.Count == 0 ? entries : throw new ConfigurationException(path, errors);
    }

    /// <summary>Changes the file, for one process at a time. After a crash it holds the old tokens or the new ones.</summary>
    /// <exception cref="ConfigurationException">The file is not what it should be, or there are too many tokens.</exception>
    /// <exception cref="IOException">Another process is changing it.</exception>
    internal static T Change<T>(string path, Func<List<TokenEntry>, T> change)
    {
        using var turn = new FileStream(path + ".lock", new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = OwnerOnlyFile.Mode });
        var entries = Read(path).ToList();
        var result = change(entries);
        if (entries.Count > MaxTokens) throw new ConfigurationException(path, [$"a node has at most {MaxTokens} tokens: remove those that are expired or revoked"]);
        SmallFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["tokens"] = new JsonArray([.. entries.Select(Json)]) }, Readable));
        File.SetUnixFileMode(path, OwnerOnlyFile.Mode);
        return result;
    }

    internal static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static JsonDocument Parse(string path)
    {
        try
        {
            var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw new ConfigurationException(path, ["the file must hold one JSON object in braces"]);
        }
        catch (JsonException e)
        {
            throw new ConfigurationException(path, [$"the file is not JSON: {e.Message}"]);
        }
    }

    private static TokenEntry Entry(ConfigSection section)
    {
        var entry = new TokenEntry(
            section.Required("id", "the token's id"), AccessOptionsReader.CallerName(section), AccessOptionsReader.Roles(section, "roles"), Sha256(section),
            Time(section, "created") ?? default, Time(section, "expires") ?? default, section.Optional("revoked") is null ? null : Time(section, "revoked"));
        section.RefuseUnknownFields();
        return entry;
    }

    private static Digest Sha256(ConfigSection section)
    {
        if (Digest.TryParse(section.Required("sha256", "SHA-256 of the token"), out var digest)) return digest;
        section.Fail("sha256", "must be 64 lower-case hexadecimal digits");
        return default;
    }

    private static DateTimeOffset? Time(ConfigSection section, string field)
    {
        if (DateTimeOffset.TryParseExact(section.Required(field, "a time"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        section.Fail(field, "must be a time such as 2026-11-22T08:33:03Z");
        return null;
    }

    private static JsonNode Json(TokenEntry entry)
    {
        var json = new JsonObject
        {
            ["id"] = entry.Id,
            ["name"] = entry.Name,
            ["roles"] = new JsonArray([.. entry.Roles.ToNames()]),
            ["sha256"] = entry.Sha256.ToString(),
            ["created"] = Text(entry.Created),
            ["expires"] = Text(entry.Expires),
        };
        if (entry.Revoked is { } revoked) json["revoked"] = Text(revoked);
        return json;
    }
}
