using System.Text.Json;

namespace Evidence.Ledger.Rpc;

/// <summary>Reads the fields of an answer; a field that is absent or of another kind is named in a <see cref="FormatException"/>.</summary>
internal static class JsonFields
{
    extension(JsonElement element)
    {
        internal bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

        internal JsonElement? Field(string name) => element.FieldOrNull(name) is { IsNull: false } value ? value : null;

        /// <summary>As <see cref="Field"/>, but a null that is there is not absent.</summary>
        internal JsonElement? FieldOrNull(string name) =>
            element.ValueKind != JsonValueKind.Object ? throw new FormatException($"An object with '{name}' was expected, {element.ValueKind} was found.")
            : Readable(name, () => element.TryGetProperty(name, out var value) ? value : (JsonElement?)null);

        internal string Text(string name) => (element.Field(name) ?? throw new FormatException($"The field '{name}' is missing.")).AsText(name);

        internal string AsText(string name) =>
            element.ValueKind == JsonValueKind.String ? Readable(name, () => element.GetString()!) : throw new FormatException($"'{name}' is {element.ValueKind}, not text.");

        internal ulong Quantity(string name) => Hex.ParseQuantity(element.Text(name));

        internal byte[] Bytes(string name) => Hex.ParseData(element.Text(name));

        internal byte[] Bytes(string name, int length) => Hex.ParseData(element.Text(name), length);

        internal IReadOnlyList<JsonElement> Items(string name) =>
            element.Field(name) is { ValueKind: JsonValueKind.Array } list
                ? [.. list.EnumerateArray()]
                : throw new FormatException($"The field '{name}' is not a list.");
    }
    /// <summary>Half of a surrogate pair in a text or a name is well-formed JSON, and the reader has a failure of another kind for it.</summary>
    private static T Readable<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"'{name}' cannot be read as text: {e.Message}", e);
        }
    }
}
