using System.Globalization;
using System.Text;

namespace Evidence.Cli;

/// <summary>Names that others chose, as they may stand in a line for people.</summary>
internal static class PlainText
{
    /// <summary>
    /// One line that shows all there is: line breaks and other control characters, which could forge a line or steer the terminal, and marks that
    /// reverse the direction of writing appear as escapes.
    /// </summary>
    internal static string Of(string name) => name.Any(IsUnseen)
        ? name.Aggregate(new StringBuilder(), (text, c) => IsUnseen(c) ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : text.Append(c)).ToString()
        : name;

    private static bool IsUnseen(char c) => CharUnicodeInfo.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
