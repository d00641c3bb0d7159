using System.Globalization;

namespace Evidence.Ledger.Rpc;

/// <summary>The two hexadecimal forms of Ethereum JSON-RPC: quantities (no leading zeros) and data (two digits a byte).</summary>
internal static class Hex
{
    internal static string Quantity(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    internal static string Data(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <exception cref="FormatException">Not a quantity, or larger than 64 bits.</exception>
    internal static ulong ParseQuantity(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return value;
        throw new FormatException($"'{Shorten(text)}' is not a quantity of at most 64 bits in hex with 0x.");
    }

    /// <summary>The bytes of a quantity of any size: big-endian, without leading zeros, none for zero.</summary>
    /// <exception cref="FormatException">Not a quantity.</exception>
    internal static byte[] ParseInteger(string text)
    {
        var digits = text.StartsWith("0x", StringComparison.Ordinal) && text.Length > 2 ? text[2..].TrimStart('0') : null;
        if (digits is null) throw new FormatException($"'{Shorten(text)}' is not a quantity in hex with 0x.");
        return ParseData("0x" + (digits.Length % 2 == 0 ? "" : "0") + digits);
    }

    /// <exception cref="FormatException">Not bytes in hex with 0x.</exception>
    internal static byte[] ParseData(string text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0)
            throw new FormatException($"'{Shorten(text)}' is not bytes in hex with 0x.");
        return Convert.FromHexString(text.AsSpan(2));
    }

    /// <exception cref="FormatException">Not exactly <paramref name="length"/> bytes in hex with 0x.</exception>
    internal static byte[] ParseData(string text, int length)
    {
        var bytes = ParseData(text);
        return bytes.Length == length ? bytes : throw new FormatException($"'{Shorten(text)}' has {bytes.Length} bytes, not {length}.");
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
