using System.Globalization;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// Whether the validators whom trust.json names have sealed a block. What is wrong whoever the validators are is an error: no chain made such a header. What is wrong
/// only by the set in trust.json is a warning, because it may be trust.json that is out of date.
/// </summary>
internal static class SealCheck
{
    /// <summary>Adds what it finds to <paramref name="list"/>, and on what the seals rest when they suffice.</summary>
    /// <returns>The header with which the seals suffice: its time is the first by which enough had sealed. Null when they do not.</returns>
    internal static BlockHeader? Run(HeaderChain headers, TrustedChain chain, FindingList list) => chain.Consensus switch
    {
        ConsensusNames.Qbft or ConsensusNames.Ibft2 => new CommitSealCheck(headers.First, chain, list).Run(),
        ConsensusNames.Clique => new CliqueCheck(chain, list).Run(headers),
        _ => Unchecked(list, $"trust.json asks for validator seals, and a chain of consensus '{chain.Consensus}' has none."),
    };

    /// <summary>The set at a height; a warning where trust.json does not say it.</summary>
    internal static ValidatorSet? SetAt(TrustedChain chain, ulong number, FindingList list)
    {
        if (ValidatorSet.At(chain, number) is { } set) return set;
        Unchecked(list, string.Create(CultureInfo.InvariantCulture, $"trust.json does not say who the validators of block {number} are."));
        return null;
    }

    private static BlockHeader? Unchecked(FindingList list, string message)
    {
        list.Warning(FindingCodes.SealsUnchecked, "seals", message);
        return null;
    }
}
