using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;

namespace Evidence.Tests.Package.Making;

/// <summary>Packages whose anchors stand in blocks behind what trust.json says of the validators, with a history of headers that proves who they are, or does not.</summary>
internal static class ChangedValidators
{
    private const ulong KnownTo = 3;
    private static readonly VectorRecord Record = VectorRecord.Unsigned(1);

    internal static IEnumerable<PackageVector> Good()
    {
        foreach (var consensus in TestConsortium.SealedKinds)
        {
            var chain = Added(consensus);
            yield return Of($"good/validators_changed_{consensus}", chain);
        }

        var twice = Added(ConsensusNames.Qbft);
        foreach (var voter in new[] { 1, 2, 4 }) twice.Vote(voter, 0, adds: false);
        twice.Becomes(1, 2, 3, 4);
        twice.Pass(3);
        var needed = twice.History.Headers.Where((_, at) => at is >= 3 and < 6 or >= 12 and < 15).ToArray();
        yield return Of("good/validators_changed_twice_with_a_gap", twice, new ValidatorHistory(needed));
        var checkpoint = new VotingChain(ConsensusNames.Clique, [0, 1, 2, 3], epoch: 10, first: 20);
        checkpoint.Pass(5);
        yield return Of("good/validators_known_from_a_checkpoint", checkpoint);
    }

    internal static IEnumerable<PackageVector> Bad()
    {
        foreach (var consensus in TestConsortium.SealedKinds)
        {
            yield return Of($"bad/{(consensus == ConsensusNames.Clique ? "E523" : "E524")}_{consensus}_two_votes_of_four", Voted(consensus, 0, 1));
            yield return Of($"bad/{(consensus == ConsensusNames.Clique ? "E523" : "E524")}_{consensus}_a_vote_three_times", Voted(consensus, 0, 0, 0));
            var chain = Added(consensus);
            var all = chain.History.Headers;
            yield return Of($"bad/{(consensus == ConsensusNames.Clique ? "E522" : "E524")}_{consensus}_history_without_a_header", chain, new ValidatorHistory([.. all.Where((_, at) => at != 4)]));
            yield return Of($"bad/E522_{consensus}_history_of_two_chains", chain, new ValidatorHistory([.. Voted(consensus, 3).History.Headers.Take(4), .. all.Skip(4)]));
            yield return Of($"bad/E508_{consensus}_history_that_begins_above_the_block", new VotingChain(consensus, [0, 1, 2, 3], first: 18), Above(consensus));
            chain.Pass(1);
            yield return Of($"bad/E526_{consensus}_anchor_on_another_chain", Added(consensus), chain.History);
        }

        foreach (var consensus in new[] { ConsensusNames.Qbft, ConsensusNames.Ibft2 })
        {
            var few = new VotingChain(consensus, [0, 1, 2, 3]);
            few.Pass((int)KnownTo);
            few.Block(few.Next(), sealers: [.. few.Now.Keys.Take(2)]);
            yield return Of($"bad/E523_{consensus}_history_that_two_of_four_sealed", few);
        }

        var contract = new VotingChain(ConsensusNames.Qbft, [0, 1, 2, 3]);
        for (var i = 0UL; i < KnownTo; i++) contract.Block(contract.Next(), listed: []);
        yield return Of("bad/E525_qbft_validators_in_a_contract", contract);
        var notAllowed = Of("bad/E508_history_that_the_trust_does_not_allow", Added(ConsensusNames.Qbft));
        yield return notAllowed with { Trust = notAllowed.Trust! with { Chain = notAllowed.Trust.Chain with { FollowsHistory = false } } };
        yield return Of("bad/E522_history_without_headers", contract, new ValidatorHistory([]));
        yield return Of("bad/E522_header_of_the_history", contract, new ValidatorHistory([[0xc0]]));
        var late = Added(ConsensusNames.Clique);
        yield return Of("bad/E522_clique_history_that_begins_late", late, new ValidatorHistory([.. late.History.Headers.Skip(1)]));
        yield return Of("bad/E523_clique_change_that_is_not_final", late, new ValidatorHistory([.. late.History.Headers.Take(late.Headers.Count - 6)]));
    }

    /// <summary>A fifth validator was voted in.</summary>
    private static VotingChain Added(string consensus) => Voted(consensus, 0, 1, 2);

    /// <summary>Those who voted for a fifth validator, who is taken for one from then on.</summary>
    private static VotingChain Voted(string consensus, params int[] voters)
    {
        var chain = new VotingChain(consensus, [0, 1, 2, 3]);
        chain.Pass((int)KnownTo);
        foreach (var voter in voters) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(6);
        return chain;
    }

    private static ValidatorHistory Above(string consensus)
    {
        var chain = new VotingChain(consensus, [0, 1, 2, 3], first: 30_000);
        chain.Pass(4);
        return chain.History;
    }

    private static PackageVector Of(string name, VotingChain chain, ValidatorHistory? history = null)
    {
        var log = new VectorLog(chain.Now.Consensus, Record).AnchoredOn(chain, history);
        return new PackageVector(name, log.Package(), log.Trust with { Chain = chain.TrustedTo(KnownTo), Quorum = new TrustQuorum(true, 0) });
    }
}
