using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Evidence.Core.Json;

/// <summary>Writes JSON in the form of RFC 8785, section 3.2. Who writes members one by one must write them in their order.</summary>
internal sealed class CanonicalWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _out = new(1024);

    internal int Length => _out.WrittenCount;

    internal byte[] ToArray() => _out.WrittenSpan.ToArray();

    /// <summary>Writes text that needs no escaping: brackets, literals, member names that the program knows.</summary>
    internal CanonicalWriter Raw(ReadOnlySpan<byte> utf8)
    {
        _out.Write(utf8);
        return this;
    }

    internal CanonicalWriter Integer(long value)
    {
        value.TryFormat(_out.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        _out.Advance(written);
        return this;
    }

    /// <summary>A string (section 3.2.2.2): only what must be escaped is, and in the shortest way.</summary>
    internal CanonicalWriter String(ReadOnlySpan<char> text)
    {
        Raw("\""u8);
        while (text.Length > 0)
        {
            var plain = text.IndexOfAny(Escaped);
            Plain(plain < 0 ? text : text[..plain]);
            if (plain < 0) break;
            Escape(text[plain]);
            text = text[(plain + 1)..];
        }

        return Raw("\""u8);
    }

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    private void Plain(ReadOnlySpan<char> text)
    {
        try
        {
            StrictUtf8.GetBytes(text, _out);
        }
        catch (EncoderFallbackException e)
        {
            throw new FormatException($"The string holds half of a surrogate pair (U+{(int)e.CharUnknown:X4}), which is no Unicode character.", e);
        }
    }

    private void Escape(char c)
    {
        switch (c)
        {
            case '"': Raw("\\\""u8); break;
            case '\\': Raw("\\\\"u8); break;
            case '\b': Raw("\\b"u8); break;
            case '\t': Raw("\\t"u8); break;
            case '\n': Raw("\\n"u8); break;
            case '\f': Raw("\\f"u8); break;
            case '\r': Raw("\\r"u8); break;
            default: Plain($"\\u{(int)c:x4}"); break;
        }
    }

    internal CanonicalWriter Node(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members: Object(members); break;
            case JsonArray items: Array(items); break;
            case JsonValue value: Value(value); break;
            default: Raw("null"u8); break;
        }

        return this;
    }

    /// <summary>Members in the order of their names' UTF-16 code units (section 3.2.3).</summary>
    private void Object(JsonObject members)
    {
        var separator = "{"u8;
        foreach (var (name, value) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            Raw(separator).String(name).Raw(":"u8).Node(value);
            separator = ","u8;
        }

        Raw(members.Count == 0 ? "{}"u8 : "}"u8);
    }

    private void Array(JsonArray items)
    {
        var separator = "["u8;
        foreach (var item in items)
        {
            Raw(separator).Node(item);
            separator = ","u8;
        }

        Raw(items.Count == 0 ? "[]"u8 : "]"u8);
    }

    private void Value(JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String: String(value.GetValue<string>()); break;
            case JsonValueKind.Number: Plain(Number(value)); break;
            case JsonValueKind.True: Raw("true"u8); break;
            case JsonValueKind.False: Raw("false"u8); break;
            default: Raw("null"u8); break;
        }
    }

    /// <summary>By way of its text, whatever CLR type it has; but text cannot show a double that is not finite.</summary>
    private static string Number(JsonValue value) =>
        value.TryGetValue(out double number) && !double.IsFinite(number) ? JsonNumber.Format(number) : JsonNumber.Canonical(value.ToJsonString());
}
