using System.Text;
using Evidence.Core.Crypto;

namespace Evidence.Ledger;

/// <summary>The text of a 20-byte account address with the EIP-55 checksum in the case of its letters.</summary>
public static class AccountAddress
{
    /// <summary>Length of an address in bytes.</summary>
    public const int Size = 20;

    /// <summary>0x and 40 hexadecimal characters whose case is the checksum (EIP-55).</summary>
    public static string Format(ReadOnlySpan<byte> address)
    {
        if (address.Length != Size) throw new ArgumentException($"An address has {Size} bytes, not {address.Length}.", nameof(address));
        var lower = Convert.ToHexStringLower(address);
        var hash = Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(lower)));
        return "0x" + string.Concat(lower.Select((c, i) => hash[i] >= '8' ? char.ToUpperInvariant(c) : c));
    }

    /// <summary>Reads 0x and 40 hexadecimal characters. Letters of both cases must carry the right checksum; those of one case carry none.</summary>
    /// <exception cref="FormatException">Anything else, or a wrong checksum.</exception>
    public static byte[] Parse(string text)
    {
        if (text.Length != 2 + 2 * Size || !text.StartsWith("0x", StringComparison.Ordinal) || !text.AsSpan(2).ContainsOnlyHex())
            throw new FormatException($"'{text}' is not an address: 0x and 40 hexadecimal characters are expected.");
        var address = Convert.FromHexString(text.AsSpan(2));
        var digits = text[2..];
        var mixed = digits.Any(char.IsAsciiLetterLower) && digits.Any(char.IsAsciiLetterUpper);
        if (mixed && Format(address) != text)
            throw new FormatException($"'{text}' has a wrong EIP-55 checksum; it may be mistyped. For these digits it is {Format(address)}.");
        return address;
    }

    private static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiHexDigit(c)) return false;
        return true;
    }
}
