namespace Evidence.Core.Chain.Consensus;

/// <summary>The hash of a block as its chain computes it: QBFT and IBFT 2.0 leave round and seals out, so that the hash stands before the seals are collected.</summary>
public static class BlockHash
{
    /// <summary>The hash, 32 bytes.</summary>
    /// <param name="header">The header.</param>
    /// <param name="consensus">The chain's consensus, a name of <see cref="ConsensusNames"/>.</param>
    /// <exception cref="FormatException">The extra data is not of this consensus.</exception>
    public static byte[] Of(BlockHeader header, string consensus) =>
        ConsensusNames.HasCommitSeals(consensus) ? header.HashWith(BftExtraData.Parse(header.ExtraData, consensus).ForBlockHash) : header.Hash;

    /// <summary>The consensus under which the header has this hash, where nobody says what the chain's is; null when it has it under none. Clique and none hash alike.</summary>
    public static string? ConsensusOf(BlockHeader header, ReadOnlySpan<byte> hash)
    {
        foreach (var consensus in new[] { ConsensusNames.None, ConsensusNames.Qbft, ConsensusNames.Ibft2 })
        {
            if (TryOf(header, consensus) is { } own && hash.SequenceEqual(own)) return consensus;
        }

        return null;
    }

    /// <summary>Like <see cref="Of"/>; null when the extra data is not of this consensus.</summary>
    internal static byte[]? TryOf(BlockHeader header, string consensus)
    {
        try
        {
            return Of(header, consensus);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
