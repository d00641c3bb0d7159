using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Core;

namespace Evidence.Node.Access.Certificates;

/// <summary>Names of certificates as text: RFC 4514, the last part first, as `openssl x509 -subject -nameopt RFC2253,utf8,-esc_msb` writes them.</summary>
internal static class DistinguishedName
{
    // Section 3 of RFC 4514, and what openssl adds.
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.4"] = "SN",
        ["2.5.4.5"] = "serialNumber",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "street",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["2.5.4.12"] = "title",
        ["2.5.4.42"] = "GN",
        ["0.9.2342.19200300.100.1.1"] = "UID",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["1.2.840.113549.1.9.1"] = "emailAddress",
    };

    /// <summary>The name as text; null where a part has several values, or one that is no text of a single line.</summary>
    internal static string? Of(X500DistinguishedName name)
    {
        var text = new StringBuilder();
        foreach (var part in name.EnumerateRelativeDistinguishedNames(reversed: true))
        {
            if (part.HasMultipleElements || part.GetSingleElementValue() is not { } value || PlainText.Of(value) != value) return null;
            if (text.Length > 0) text.Append(',');
            var type = part.GetSingleElementType().Value!;
            text.Append(Names.GetValueOrDefault(type, type)).Append('=');
            Append(text, value);
        }

        return text.ToString();
    }

    // Section 2.4.
    private static void Append(StringBuilder text, string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is '"' or '+' or ',' or ';' or '<' or '>' or '\\' || (i == 0 && value[i] is '#' or ' ') || (i == value.Length - 1 && value[i] == ' ')) text.Append('\\');
            text.Append(value[i]);
        }
    }
}
