namespace Evidence.Core.Chain.Consensus;

/// <summary>The header of an anchor's block, and those after it that follow without a gap.</summary>
internal sealed record HeaderChain(BlockHeader First, IReadOnlyList<BlockHeader> Following)
{
    /// <summary>Most headers that are read after the first: each costs a recovery of a key.</summary>
    internal const int MaxFollowing = 1024;
}
