using System.Text;

namespace Evidence.Core.Notes;

/// <summary>Character rules of C2SP signed-note, and base64 without any slack (RFC 4648, section 4).</summary>
internal static class NoteText
{
    internal static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A key name is not empty and has no Unicode space, no plus and no control character.</summary>
    internal static bool IsKeyName(string name) =>
        name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+') && IsWellFormed(name);

    internal static void CheckKeyName(string name)
    {
        if (!IsKeyName(name)) throw new FormatException($"'{name}' is no key name: it must not be empty or hold spaces, control characters or '+'.");
    }

    /// <summary>Whether the text is valid Unicode without control characters other than newline.</summary>
    internal static bool IsNote(string text) => !text.Any(c => c < ' ' && c != '\n') && IsWellFormed(text);

    /// <summary>Reads base64 in its one canonical form: padded, no white space, no stray bits.</summary>
    internal static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var written) && Convert.ToBase64String(bytes, 0, written) == text ? bytes[..written] : null;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
