using System.Globalization;
using System.Text.Json;

namespace Evidence.Node.Configuration;

/// <summary>
/// One JSON object of a configuration file. Every getter notes an error and goes on, so that all errors are reported at once;
/// fields that nobody asked for are errors too, because a misspelt setting would otherwise be ignored.
/// </summary>
internal sealed class ConfigSection(JsonElement json, string path, List<string> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    internal void Fail(string field, string problem) => errors.Add($"\"{At(field)}\" {problem}");

    internal string Required(string field, string whatFor)
    {
        var text = Optional(field);
        if (string.IsNullOrWhiteSpace(text) && Value(field) is not { ValueKind: not JsonValueKind.String })
            Fail(field, $"is missing: {whatFor}");
        return text ?? "";
    }

    internal string? Optional(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => Wrong<string?>(field, value, "a text in quotes"),
    };

    internal bool Flag(string field, bool otherwise) => Value(field) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => Wrong(field, value, "true or false", otherwise),
    };

    internal long Number(string field, long otherwise, long least, long most)
    {
        if (Value(field) is not { } value) return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most) return number;
        return Wrong(field, value, $"a whole number from {least} to {most}", otherwise);
    }

    /// <summary>A time in seconds; fractions are taken.</summary>
    internal TimeSpan Seconds(string field, double otherwise, double least, double most)
    {
        if (Value(field) is not { } value) return TimeSpan.FromSeconds(otherwise);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds >= least && seconds <= most) return TimeSpan.FromSeconds(seconds);
        return Wrong(field, value, string.Create(CultureInfo.InvariantCulture, $"a number of seconds from {least} to {most}"), TimeSpan.FromSeconds(otherwise));
    }

    internal ConfigSection? Section(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new ConfigSection(value, At(field), errors),
        { } value => Wrong<ConfigSection?>(field, value, "an object in braces"),
    };

    internal IReadOnlyList<string> Texts(string field)
    {
        var texts = new List<string>();
        foreach (var (item, at) in Items(field))
        {
            if (item.ValueKind == JsonValueKind.String) texts.Add(item.GetString()!);
            else errors.Add($"\"{at}\" must be a text in quotes, not {item.GetRawText()}");
        }
        return texts;
    }

    internal IReadOnlyList<ConfigSection> Sections(string field)
    {
        var sections = new List<ConfigSection>();
        foreach (var (item, at) in Items(field))
        {
            if (item.ValueKind == JsonValueKind.Object) sections.Add(new ConfigSection(item, at, errors));
            else errors.Add($"\"{at}\" must be an object in braces, not {item.GetRawText()}");
        }
        return sections;
    }

    internal void RefuseUnknownFields()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in json.EnumerateObject())
        {
            if (!seen.Add(field.Name)) Fail(field.Name, "stands there twice: keep one");
            if (!_known.Contains(field.Name)) Fail(field.Name, $"is not a setting; known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    private IEnumerable<(JsonElement Item, string At)> Items(string field)
    {
        if (Value(field) is not { } value) return [];
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().Select((item, i) => (item, $"{At(field)}[{i}]"));
        return Wrong<IEnumerable<(JsonElement, string)>>(field, value, "a list in brackets", []);
    }

    private JsonElement? Value(string field)
    {
        _known.Add(field);
        return json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private T Wrong<T>(string field, JsonElement value, string expected, T otherwise = default!)
    {
        Fail(field, $"must be {expected}, not {value.GetRawText()}");
        return otherwise;
    }

    private string At(string field) => path.Length == 0 ? field : $"{path}.{field}";
}
