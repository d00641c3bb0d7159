namespace Evidence.Core.Chain;

/// <summary>Bytes as the ledger's world writes them: lower-case hexadecimal with 0x.</summary>
internal static class Hex
{
    /// <summary>0x and two characters a byte.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);
}
