using System.Globalization;

namespace Evidence.Core.Json;

/// <summary>Numbers as RFC 8785, section 3.2.2.3, writes them: ECMAScript's Number::toString over the framework's shortest digits that read back the same.</summary>
internal static class JsonNumber
{
    /// <summary>The canonical form of a number in JSON text.</summary>
    /// <exception cref="FormatException">The number is too large for a double, or an integer that no double has.</exception>
    internal static string Canonical(string json)
    {
        var value = double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);
        var canonical = Format(value);
        if (IsOtherInteger(json, canonical)) throw new FormatException($"The integer {json} is beyond what a JSON number (a double) holds exactly.");
        return canonical;
    }

    /// <summary>Whether two integers that are written out differ. Then the double has silently become another number than was meant.</summary>
    private static bool IsOtherInteger(string json, string canonical) =>
        decimal.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var meant)
        && decimal.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var held)
        && meant != held;

    /// <summary>ECMA-262, section 6.1.6.1.20 (Number::toString with radix 10).</summary>
    internal static string Format(double value)
    {
        if (!double.IsFinite(value)) throw new FormatException("JSON has no infinite numbers and no NaN.");
        if (value == 0) return "0"; // and -0
        var (digits, n) = Decompose(Math.Abs(value));
        return (value < 0 ? "-" : "") + Place(digits, n);
    }

    /// <summary>The shortest digits s, and the n with value = 0.s * 10^n.</summary>
    private static (string Digits, int N) Decompose(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa.Length : point;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), whole - (all.Length - digits.Length) + exponent);
    }

    private static string Place(string digits, int n)
    {
        var k = digits.Length;
        if (k <= n && n <= 21) return digits + new string('0', n - k);
        if (n is > 0 and <= 21) return $"{digits[..n]}.{digits[n..]}";
        if (n is > -6 and <= 0) return $"0.{new string('0', -n)}{digits}";
        var exponent = string.Create(CultureInfo.InvariantCulture, $"e{(n > 0 ? "+" : "-")}{Math.Abs(n - 1)}");
        return k == 1 ? digits + exponent : $"{digits[..1]}.{digits[1..]}{exponent}";
    }
}
