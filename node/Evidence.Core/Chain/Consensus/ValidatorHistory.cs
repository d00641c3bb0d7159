using Evidence.Core.Trust;
using Evidence.Core.Verification;

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

    /// <summary>Height of the first header: of no block below it the history says anything.</summary>
    /// <exception cref="FormatException">The header cannot be read.</exception>
    public ulong From => BlockHeader.Parse(headers[0]).Number;

    /// <summary>Follows the history from the validators whom trust.json names.</summary>
    /// <returns>What is wrong with it, or else, in one sentence, what it proves.</returns>
    public (IReadOnlyList<Finding> Faults, string? Proves) Follow(TrustedChain chain) => Under(chain) is { Findings.Count: 0 } proven ? ([], proven.Ground) : (Under(chain).Findings, null);

    internal ProvenValidators Under(TrustedChain chain)
    {
        if (_last is not { } last || !ReferenceEquals(last.Chain, chain)) _last = last = (chain, new HistoryWalk(chain).Run(headers));
        return last.Proven;
    }
}
