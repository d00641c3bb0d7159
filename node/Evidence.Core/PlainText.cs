using System.Globalization;
using System.Text;

namespace Evidence.Core;

/// <summary>Text that others chose, as it may stand in a line for people. Whatever shows text on a terminal or on a page passes it through here.</summary>
public static class PlainText
{
    /// <summary>
    /// One line that shows all there is: line breaks and other control characters, which could forge a line or steer the terminal, and marks that
    /// reverse the direction of writing or are not seen at all appear as escapes; half a surrogate pair as U+FFFD. Joiners stay: they belong to words and emoji.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.EnumerateRunes().Any(static rune => IsUnseen(rune) || rune == Rune.ReplacementChar)) return text;
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) plain.Append(IsUnseen(rune) ? Escape(rune) : rune.ToString());
        return plain.ToString();
    }

    /// <summary>The same, of at most <paramref name="most"/> characters: a longer text is cut between two of them, and ends in an ellipsis.</summary>
    public static string Short(string text, int most)
    {
        var plain = Of(text.Length <= most ? text : text[..(most + 1)]); // however long it is: no more of it can be seen, and it is no shorter in the end
        if (plain.Length <= most) return plain;
        var end = most - 1;
        return plain[..(char.IsLowSurrogate(plain[end]) ? end - 1 : end)] + "…";
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (0x200c or 0x200d),
        _ => false,
    };

    private static string Escape(Rune rune) => string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
}
