using System.Net;
using System.Text;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Tables of names and values, every value escaped.</summary>
internal sealed class HtmlRows
{
    private readonly StringBuilder _html = new();

    internal byte[] ToUtf8() => Encoding.UTF8.GetBytes(_html.ToString());

    /// <summary>Markup as it stands; the caller escapes what it puts into it.</summary>
    internal void Raw(string markup) => _html.Append(markup);

    internal void Open(string title) => Raw($"<h2>{title}</h2>\n<table>\n");

    internal void Close() => Raw("</table>\n");

    internal void Row(string name, string value, bool code = false) =>
        Raw($"<tr><th>{WebUtility.HtmlEncode(name)}</th><td{(code ? " class=\"h\"" : "")}>{WebUtility.HtmlEncode(value)}</td></tr>\n");

    internal void RowIfAny(string name, string value)
    {
        if (value.Length > 0) Row(name, value);
    }

    internal void Verdict(string name, Outcome outcome) =>
        Raw($"<tr><th>{WebUtility.HtmlEncode(name)}</th><td class=\"{VerdictText.English(outcome)}\">{VerdictText.Label(outcome)}</td></tr>\n");
}
