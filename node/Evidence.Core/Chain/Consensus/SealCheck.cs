using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// Whether the validators whom trust.json names have sealed a block. What is wrong whoever the validators are is an error: no chain made such a header. What is wrong
/// only by the set in trust.json is a warning, because it may be trust.json that is out of date. Where trust.json says nothing of a height, a history may.
/// </summary>
internal static class SealCheck
{
    /// <summary>Adds what it finds to <paramref name="list"/>, and on what the seals rest when they suffice.</summary>
    /// <returns>The header with which the seals suffice: its time is the first by which enough had sealed. Null when they do not.</returns>
    internal static BlockHeader? Run(HeaderChain headers, TrustedChain chain, FindingList list, ValidatorHistory? history = null)
    {
        var known = new KnownValidators(chain, history, list);
        var sealedBy = chain.Consensus switch
        {
            ConsensusNames.Qbft or ConsensusNames.Ibft2 => CheckCommitSeals(headers.First, chain.Consensus, known, list),
            ConsensusNames.Clique => new CliqueCheck(chain, known, list).Run(headers),
            _ => Unchecked(list, $"trust.json asks for validator seals, and a chain of consensus '{chain.Consensus}' has none."),
        };
        known.Compare(headers);
        return sealedBy;
    }

    private static BlockHeader? CheckCommitSeals(BlockHeader header, string consensus, KnownValidators known, FindingList list) =>
        CommitSealCheck.Read(header, consensus, list) is { } extra && known.At(header.Number) is { } set ? new CommitSealCheck(header, consensus, extra, set, list).Run() : null;

    private static BlockHeader? Unchecked(FindingList list, string message)
    {
        list.Warning(FindingCodes.SealsUnchecked, "seals", message);
        return null;
    }
}
