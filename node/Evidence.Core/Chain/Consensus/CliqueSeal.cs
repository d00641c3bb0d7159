namespace Evidence.Core.Chain.Consensus;

/// <summary>The extra data of a Clique header (EIP-225): 32 bytes of vanity, at a checkpoint the signers, and the seal.</summary>
public static class CliqueSeal
{
    private const int Vanity = 32, AddressLength = 20;

    /// <summary>The address (lower-case hex with 0x) of the signer that sealed the header; null when there is no seal from which one could be recovered.</summary>
    public static string? SignerOf(BlockHeader header)
    {
        var extra = header.ExtraData;
        if (extra.Length < Vanity + SealSignature.Length) return null;
        return SealSignature.SignerOf(header.HashWith(extra[..^SealSignature.Length]), extra.AsSpan()[^SealSignature.Length..]);
    }

    /// <summary>The signers that a checkpoint names, in its order; none in another block; null when the extra data is malformed.</summary>
    internal static IReadOnlyList<string>? Listed(BlockHeader header)
    {
        var length = header.ExtraData.Length - Vanity - SealSignature.Length;
        if (length < 0 || length % AddressLength != 0) return null;
        return [.. header.ExtraData.AsSpan(Vanity, length).ToArray().Chunk(AddressLength).Select(static address => Hex.Of(address))];
    }
}
