using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>An unbroken run of headers in a history: what its consensus asks of where it begins, of each header, and of what is built on a change.</summary>
internal abstract class HistoryRun(TrustedChain chain, FindingList list)
{
    protected TrustedChain Chain => chain;

    protected FindingList List => list;

    /// <summary>Whether all that had to be built on was.</summary>
    internal abstract bool IsFinal { get; }

    internal static HistoryRun Of(TrustedChain chain, FindingList list) => chain.Consensus == ConsensusNames.Clique ? new CliqueHistoryRun(chain, list) : new CommittedHistoryRun(chain, list);

    /// <summary>Whether the votes can be counted from this header on.</summary>
    /// <param name="first">The run's first header.</param>
    /// <param name="isNamed">Whether trust.json names the set for its very height.</param>
    internal abstract bool MayBegin(BlockHeader first, bool isNamed);

    /// <summary>Finds what is wrong with a header, and gives the vote in it.</summary>
    internal abstract ValidatorVote? Take(BlockHeader header, ValidatorSet set);

    /// <summary>Says that with the header that was taken last something is so on which those who were in force there must have built.</summary>
    internal abstract void MustBeBuiltOn(ValidatorSet set);
}
