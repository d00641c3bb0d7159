using System.Globalization;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// QBFT and IBFT 2.0: a header that two thirds have sealed is final, and it lists its validators. So a run may begin anywhere: where votes before it are not known, a change
/// can only be missed, and then the next header lists others than those who are expected.
/// </summary>
internal sealed class CommittedHistoryRun(TrustedChain chain, FindingList list) : HistoryRun(chain, list)
{
    internal override bool IsFinal => true;

    internal override bool MayBegin(BlockHeader first, bool isNamed) => true;

    internal override ValidatorVote? Take(BlockHeader header, ValidatorSet set)
    {
        if (CommitSealCheck.Read(header, Chain.Consensus, List) is not { } extra) return null;
        new CommitSealCheck(header, Chain.Consensus, extra, set, List).Run();
        var proposer = Hex.Of(header.Beneficiary);
        if (!set.Contains(proposer))
            List.Warning(FindingCodes.SealingRuleBroken, string.Create(CultureInfo.InvariantCulture, $"proposer of block {header.Number}"), "It is none of the validators.", set.ToString(), proposer);
        return extra.Vote is { } vote ? new ValidatorVote(proposer, Hex.Of(vote.Recipient), vote.Adds) : null;
    }

    internal override void MustBeBuiltOn(ValidatorSet set)
    {
        // The seals in the header itself are all that there is to wait for.
    }
}
