using Evidence.Core.Chain.Consensus;
using Evidence.Core.Verification;
using static Evidence.Tests.Ledger.JudgedHistory;

namespace Evidence.Tests.Ledger;

/// <summary>What a history must show where a header is final only once others are built on it, and says nothing of its validators but at checkpoints.</summary>
public sealed class CliqueHistoryTests
{
    [Fact]
    public void Begins_no_clique_run_where_votes_may_stand_already()
    {
        var chain = Added(ConsensusNames.Clique);
        AssertRefused(FindingCodes.HistoryBroken, Check(chain, chain.Anchor(), history: new ValidatorHistory([.. chain.History.Headers.Skip(1)])));
        var behind = new VotingChain(ConsensusNames.Clique, Four, epoch: 10, first: 21);
        behind.Pass(4);
        Assert.True(Check(behind, behind.Anchor(), to: 21).Holds);
        AssertRefused(FindingCodes.HistoryBroken, Check(behind, behind.Anchor(), to: 20));
    }

    [Fact]
    public void Begins_a_clique_run_at_a_checkpoint_on_which_a_majority_has_built()
    {
        var chain = new VotingChain(ConsensusNames.Clique, Four, epoch: 10, first: 20);
        chain.Pass(1);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.PassTo(42);
        Assert.True(Check(chain, chain.Anchor()).Holds);
        IReadOnlyList<byte[]> all = chain.History.Headers;
        Assert.True(Check(chain, chain.Anchor(), history: new ValidatorHistory([.. all.Take(12), .. all.Skip(20)])).Holds);
        AssertRefused(FindingCodes.HistoryUnsealed, Check(chain, chain.Anchor(), history: new ValidatorHistory([.. all.Take(12), .. all.Skip(20).Take(2)])));
        AssertRefused(FindingCodes.HistoryDiffers, Check(chain, chain.Anchor(), history: new ValidatorHistory([.. all.Skip(20)])));
    }

    [Fact]
    public void Takes_no_clique_change_on_which_no_majority_has_built()
    {
        var chain = Begun(ConsensusNames.Clique);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        for (var blocks = 0; blocks < 2; blocks++)
        {
            AssertRefused(FindingCodes.HistoryUnsealed, Check(chain, chain.Anchor()));
            chain.Pass(1);
        }

        chain.Pass(2);
        AssertHolds(chain);
    }

    [Fact]
    public void Holds_clique_headers_to_all_rules()
    {
        var early = Begun(ConsensusNames.Clique);
        early.Block(early.Now.Keys.First(key => TestConsortium.AddressOf(key) == CliqueSeal.SignerOf(early.Headers[^1])));
        AssertRefused(FindingCodes.HistoryUnsealed, Check(early, early.Anchor()));
        var listing = Begun(ConsensusNames.Clique);
        listing.Block(listing.Next(), listed: listing.Now.Keys);
        AssertRefused(FindingCodes.HistoryUnsealed, Check(listing, listing.Anchor()));
        var stranger = Begun(ConsensusNames.Clique);
        stranger.Block(TestConsortium.Key(99));
        AssertRefused(FindingCodes.HistoryUnsealed, Check(stranger, stranger.Anchor()));
    }
}
