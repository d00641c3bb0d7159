using System.Text.Json;
using System.Text.Json.Nodes;

namespace Evidence.Core.Json;

/// <summary>
/// Reads the members of a JSON object by name and kind, and refuses what it was not asked for. Every error is a <see cref="FormatException"/> that
/// names the member by its path.
/// </summary>
internal sealed class ObjectReader
{
    private readonly JsonObject _members;
    private readonly string _path;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    internal ObjectReader(JsonNode? node, string path)
    {
        _path = path;
        _members = node as JsonObject ?? throw new FormatException($"{(path.Length == 0 ? "The document" : path)}: it is not an object.");
    }

    /// <summary>The names of all members, for objects whose names are data.</summary>
    internal IEnumerable<string> Names => _members.Select(static member => member.Key);

    internal bool Has(string name) => _members.ContainsKey(name);

    internal string String(string name) => StringOf(Member(name), PathOf(name));

    internal string? OptionalString(string name) => Has(name) ? String(name) : null;

    internal bool Boolean(string name) => Member(name) switch
    {
        { } node when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
        _ => throw Wrong(name, "true or false"),
    };

    /// <summary>An integer from 0 to 2^53 - 1: what every JSON reader holds exactly.</summary>
    internal ulong UInt64(string name)
    {
        const ulong Largest = (1UL << 53) - 1;
        var node = Member(name);
        if (node?.GetValueKind() != JsonValueKind.Number || !ulong.TryParse(node.ToJsonString(), System.Globalization.NumberStyles.None, null, out var value) || value > Largest)
            throw Wrong(name, "an integer from 0 to 2^53-1");
        return value;
    }

    internal int Int32(string name) => UInt64(name) is var value and <= int.MaxValue ? (int)value : throw Wrong(name, "an integer from 0 to 2^31-1");

    internal Digest Digest(string name) => Core.Digest.TryParse(String(name), out var digest) ? digest : throw Wrong(name, "64 hexadecimal characters");

    /// <summary>Bytes in lower-case hexadecimal with 0x; of a given length where one is given.</summary>
    internal byte[] Hex(string name, int? length = null) => HexOf(Member(name), PathOf(name), length);

    /// <summary>Bytes in base64 (RFC 4648, section 4).</summary>
    internal byte[] Base64(string name)
    {
        var text = String(name);
        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var written) ? bytes[..written] : throw Wrong(name, "base64");
    }

    internal IReadOnlyList<byte[]> HexArray(string name) => Items(name, static (item, path) => HexOf(item, path, null));

    internal IReadOnlyList<string> StringArray(string name) => Items(name, StringOf);

    internal IReadOnlyList<T> Items<T>(string name, Func<JsonNode?, string, T> read) => Member(name) is JsonArray items
        ? [.. items.Select((item, index) => read(item, $"{PathOf(name)}[{index}]"))]
        : throw Wrong(name, "a list");

    internal ObjectReader Object(string name) => new(Member(name), PathOf(name));

    internal JsonNode? Member(string name)
    {
        _read.Add(name);
        return _members.TryGetPropertyValue(name, out var value) ? value : throw new FormatException($"{PathOf(name)}: the member is missing.");
    }

    internal void Format(string expected)
    {
        if (String("format") != expected) throw Wrong("format", $"'{expected}'");
    }

    /// <summary>Refuses members that were not read.</summary>
    internal void End()
    {
        if (_members.Select(static member => member.Key).FirstOrDefault(name => !_read.Contains(name)) is { } unknown)
            throw new FormatException($"{PathOf(unknown)}: the member is not known.");
    }

    internal FormatException Wrong(string name, string expected) => new($"{PathOf(name)}: it is not {expected}.");

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private static string StringOf(JsonNode? node, string path) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw new FormatException($"{path}: it is not a string.");

    private static byte[] HexOf(JsonNode? node, string path, int? length)
    {
        var text = StringOf(node, path);
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0 || text.AsSpan(2).ContainsAnyExcept("0123456789abcdef"))
            throw new FormatException($"{path}: it is not 0x and an even number of lower-case hexadecimal characters.");
        var bytes = Convert.FromHexString(text.AsSpan(2));
        return length is null || bytes.Length == length ? bytes : throw new FormatException($"{path}: it has {bytes.Length} bytes, not {length}.");
    }
}
