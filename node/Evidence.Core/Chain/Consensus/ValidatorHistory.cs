using Evidence.Core.Trust;

namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// Headers that prove how the validators of a chain changed, from those whom trust.json names on: runs that are unbroken in themselves, in the order of their heights.
/// Followed once for a trust.json, for any number of anchors.
/// </summary>
/// <param name="headers">RLP of each header.</param>
public sealed class ValidatorHistory(IReadOnlyList<byte[]> headers)
{
    /// <summary>Most headers that are read: each costs the recovery of at least one key.</summary>
    public const int MaxHeaders = 16_384;

    private (TrustedChain Chain, ProvenValidators Proven)? _last;

    /// <summary>RLP of each header.</summary>
    public IReadOnlyList<byte[]> Headers => headers;

    internal ProvenValidators Under(TrustedChain chain)
    {
        if (_last is not { } last || !ReferenceEquals(last.Chain, chain)) _last = last = (chain, new HistoryWalk(chain).Run(headers));
        return last.Proven;
    }
}
