using System.Text;

namespace Evidence.Core.Packages.Texts;

/// <summary>HTML with tables of names and values, every value cut to a length that a page has room for, and escaped.</summary>
internal sealed class HtmlRows
{
    private const int MaxValue = 160;

    private readonly StringBuilder _html = new();

    internal byte[] ToUtf8() => Encoding.UTF8.GetBytes(_html.ToString());

    /// <summary>Lines as they stand; the caller escapes what it puts into them.</summary>
    internal void Lines(params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines) _html.Append(line).Append('\n');
    }

    internal void Row(string label, string value) => Lines($"<tr><th>{label}</th><td>{Escape(Cut(value))}</td></tr>");

    internal void RowIfAny(string label, string value)
    {
        if (value.Length > 0) Row(label, value);
    }

    internal static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);

    /// <summary>By code points, so that no character is cut in two.</summary>
    private static string Cut(string text)
    {
        if (text.Length <= MaxValue) return text;
        var kept = text.EnumerateRunes().Take(MaxValue).Sum(static rune => rune.Utf16SequenceLength);
        return kept == text.Length ? text : text[..kept] + "…";
    }
}
