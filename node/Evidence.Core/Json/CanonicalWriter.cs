using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Evidence.Core.Json;

/// <summary>Writes JSON in the form of RFC 8785, section 3.2. Who writes members one by one must write them in their order.</summary>
internal sealed class CanonicalWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // A buffer that one large document has grown is not kept for the small ones after it.
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static CanonicalWriter? _spare;

    private readonly ArrayBufferWriter<byte> _out = new(1024);

    private CanonicalWriter()
    {
    }

    /// <summary>The bytes of one document. The buffer that it is written in serves the thread's next one too.</summary>
    internal static byte[] Write<T>(T document, Action<CanonicalWriter, T> write)
    {
        var writer = _spare ?? new CanonicalWriter();
        _spare = null;
        writer._out.ResetWrittenCount();
        write(writer, document);
        var bytes = writer._out.WrittenSpan.ToArray();
        if (writer._out.Capacity <= LargestKept) _spare = writer;
        return bytes;
    }

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

    /// <summary>Something that writes itself in plain characters, as a string.</summary>
    internal CanonicalWriter Formatted<T>(T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        const int Longest = 64;
        Raw("\""u8);
        value.TryFormat(_out.GetSpan(Longest), out var written, format, CultureInfo.InvariantCulture);
        _out.Advance(written);
        return Raw("\""u8);
    }

    /// <summary>Bytes in lower-case hexadecimal, as a string.</summary>
    internal CanonicalWriter Hex(ReadOnlySpan<byte> bytes)
    {
        Raw("\""u8);
        Convert.TryToHexStringLower(bytes, _out.GetSpan(bytes.Length * 2), out var written);
        _out.Advance(written);
        return Raw("\""u8);
    }

    /// <summary>Bytes in base64 (RFC 4648, section 4), as a string.</summary>
    internal CanonicalWriter Base64String(ReadOnlySpan<byte> bytes)
    {
        Raw("\""u8);
        Base64.EncodeToUtf8(bytes, _out.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        _out.Advance(written);
        return Raw("\""u8);
    }

    /// <summary>A string that is valid UTF-8 already.</summary>
    internal CanonicalWriter String(ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        for (int plain; (plain = utf8.IndexOfAny(EscapedBytes)) >= 0; utf8 = utf8[(plain + 1)..])
        {
            Raw(utf8[..plain]);
            Escape((char)utf8[plain]);
        }

        return Raw(utf8).Raw("\""u8);
    }

    /// <summary>A string (section 3.2.2.2): only what must be escaped is, and in the shortest way.</summary>
    internal CanonicalWriter String(ReadOnlySpan<char> text)
    {
        if (TryAscii(text)) return this;
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

    // Most strings are ASCII and need no escape.
    private bool TryAscii(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(Escaped)) return false;
        var room = _out.GetSpan(text.Length + 2);
        if (Ascii.FromUtf16(text, room[1..], out var written) != OperationStatus.Done) return false;
        room[0] = room[written + 1] = (byte)'"';
        _out.Advance(written + 2);
        return true;
    }

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    private static readonly SearchValues<byte> EscapedBytes = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

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
