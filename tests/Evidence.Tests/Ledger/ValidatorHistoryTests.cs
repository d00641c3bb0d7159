using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using static Evidence.Tests.Ledger.JudgedHistory;

namespace Evidence.Tests.Ledger;

/// <summary>Anchors in blocks of which trust.json does not say who the validators are, and a history of headers that is to prove it.</summary>
public sealed class ValidatorHistoryTests
{
    public static TheoryData<string> Kinds() => [.. TestConsortium.SealedKinds];

    public static TheoryData<string> Committed() => [ConsensusNames.Qbft, ConsensusNames.Ibft2];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Proves_a_validator_who_was_voted_in(string consensus)
    {
        var chain = Added(consensus);
        var check = Check(chain, chain.Anchor());
        Assert.Empty(check.Findings);
        Assert.NotNull(check.ProvenNoLaterThan);
        Assert.Contains(check.RestsOn, static ground => ground.Contains("follows from the votes in", StringComparison.Ordinal) && ground.Contains("5 validators", StringComparison.Ordinal));
        Assert.Contains(check.RestsOn, static ground => ground.Contains("that the history of headers names for block", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Proves_nothing_without_the_history_or_with_one_that_begins_above_the_block(string consensus)
    {
        var chain = Added(consensus);
        var anchor = chain.Anchor();
        AssertFound(FindingCodes.SealsUnchecked, Check(chain, anchor, history: new ValidatorHistory([]), code: FindingCodes.HistoryBroken));
        var check = AnchorProofVerifier.Check(anchor, Trust(chain.TrustedTo(3)));
        AssertFound(FindingCodes.SealsUnchecked, check);
        Assert.DoesNotContain(check.Findings, static finding => finding.Code is FindingCodes.HistoryBroken);
        var forbidden = AnchorProofVerifier.Check(anchor, Trust(chain.TrustedTo(3) with { FollowsHistory = false }), null, chain.History, []);
        AssertRefused(FindingCodes.SealsUnchecked, forbidden);
        Assert.Contains(forbidden.Findings, static finding => finding.Message.Contains("does not allow", StringComparison.Ordinal));
        var (later, early) = (new VotingChain(consensus, Four, first: 30_000), new VotingChain(consensus, Four, first: 100));
        later.Pass(6);
        AssertFound(FindingCodes.SealsUnchecked, Check(chain, early.Anchor(), history: later.History));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Proves_a_validator_who_was_voted_out(string consensus)
    {
        var chain = Begun(consensus);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 3, adds: false);
        chain.Becomes(0, 1, 2);
        chain.Pass(5);
        AssertHolds(chain);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Proves_several_changes_one_on_the_other(string consensus)
    {
        var chain = Added(consensus);
        foreach (var voter in new[] { 4, 1, 2 }) chain.Vote(voter, 0, adds: false);
        chain.Becomes(1, 2, 3, 4);
        chain.Pass(5);
        foreach (var voter in new[] { 1, 2, 4 }) chain.Vote(voter, 5, adds: true);
        chain.Becomes(1, 2, 3, 4, 5);
        chain.Pass(6);
        AssertHolds(chain);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Knows_the_validators_of_each_height_within_the_history(string consensus)
    {
        var chain = Begun(consensus);
        var before = chain.Anchor();
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(6);
        var proven = chain.History.Under(chain.TrustedTo(3));
        Assert.Empty(proven.Findings);
        var change = chain.Headers[^6].Number;
        Assert.Equal((null, 4, 4, 5, 5), (proven.At(0)?.Count, proven.At(1)?.Count, proven.At(change - 1)?.Count, proven.At(change)?.Count, proven.At(change + 1000)?.Count));
        AssertRefused(FindingCodes.HistoryElsewhere, Check(chain, before));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lets_votes_lapse_at_an_epoch(string consensus)
    {
        var chain = Begun(consensus, epoch: 12);
        foreach (var voter in new[] { 0, 1 }) chain.Vote(voter, 4, adds: true);
        chain.PassTo(12);
        chain.Vote(2, 4, adds: true);
        var forged = Copy(chain, Four, epoch: 12);
        forged.Becomes(0, 1, 2, 3, 4);
        forged.Pass(6);
        AssertForged(forged);
        foreach (var voter in new[] { 0, 1 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(6);
        AssertHolds(chain);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Takes_back_a_vote_that_its_voter_takes_back(string consensus)
    {
        var chain = Begun(consensus);
        foreach (var (voter, adds) in new[] { (0, true), (1, true), (1, false), (2, true) }) chain.Vote(voter, 4, adds);
        var forged = Copy(chain, Four);
        forged.Becomes(0, 1, 2, 3, 4);
        forged.Pass(6);
        AssertForged(forged);
        chain.Vote(3, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(6);
        AssertHolds(chain);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Refuses_a_change_with_too_few_votes_or_with_several_by_one(string consensus)
    {
        foreach (var voters in new int[][] { [], [0, 1], [0, 0, 0], [0, 1, 1, 0, 1] })
        {
            var chain = Begun(consensus);
            foreach (var voter in voters) chain.Vote(voter, 4, adds: true);
            chain.Becomes(0, 1, 2, 3, 4);
            chain.Pass(6);
            AssertForged(chain);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Counts_no_vote_of_somebody_who_was_voted_out(string consensus)
    {
        var chain = Begun(consensus);
        chain.Vote(3, 4, adds: true);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 3, adds: false);
        chain.Becomes(0, 1, 2);
        chain.Vote(0, 4, adds: true);
        chain.Becomes(0, 1, 2, 4);
        chain.Pass(6);
        AssertForged(chain);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Refuses_validators_who_name_themselves(string consensus)
    {
        var chain = Begun(consensus);
        chain.Becomes(4, 5, 6);
        chain.Pass(6);
        AssertForged(chain);
        var voted = Begun(consensus);
        voted.Becomes(0, 4, 5, 6);
        foreach (var voter in new[] { 4, 5, 6 }) voted.Vote(voter, 4, adds: true);
        voted.Pass(6);
        AssertForged(voted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Refuses_a_run_from_which_a_header_was_taken_or_in_which_one_was_swapped(string consensus)
    {
        var chain = Added(consensus);
        var (anchor, all) = (chain.Anchor(), chain.History.Headers);
        // Without a header in which nobody votes, QBFT and IBFT 2.0 prove the same: what is final needs no chain. Votes are another thing.
        for (var i = 3; i < 5; i++) AssertRefused(null, Check(chain, anchor, history: new ValidatorHistory([.. all.Where((_, at) => at != i)])));
        AssertRefused(FindingCodes.HistoryBroken, Check(chain, anchor, history: new ValidatorHistory([.. all, all[^1]])));
        AssertRefused(FindingCodes.HistoryBroken, Check(chain, anchor, history: new ValidatorHistory([all[1], all[0], .. all.Skip(2)])));
        AssertRefused(FindingCodes.HistoryBroken, Check(chain, anchor, history: new ValidatorHistory([.. all.Take(3), [0xc0], .. all.Skip(4)])));
        var other = Begun(consensus);
        other.Vote(3, 4, adds: true);
        AssertRefused(FindingCodes.HistoryBroken, Check(chain, anchor, history: new ValidatorHistory([.. other.History.Headers, .. all.Skip(other.Headers.Count)])));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Refuses_an_anchor_on_another_chain_than_the_history(string consensus)
    {
        var chain = Added(consensus);
        var anchor = chain.Anchor();
        AssertHolds(chain);
        chain.Block(chain.Next());
        AssertRefused(FindingCodes.HistoryElsewhere, Check(chain, anchor));
        var fork = Copy(chain, [0, 1, 2, 3, 4]);
        fork.Headers.RemoveAt(fork.Headers.Count - 1);
        fork.Block(chain.Next(), receiptsRoot: [.. new byte[31], 1]);
        AssertRefused(FindingCodes.HistoryElsewhere, Check(chain, fork.Anchor()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Counts_by_the_epoch_that_trust_json_states(string consensus)
    {
        var chain = Added(consensus);
        foreach (var epoch in new ulong[] { 5, 6 })
            AssertRefused(null, AnchorProofVerifier.Check(chain.Anchor(), Trust(chain.TrustedTo(3) with { Epoch = epoch }), null, chain.History, []));
        var lapsed = Begun(consensus, epoch: 6);
        foreach (var voter in new[] { 0, 1 }) lapsed.Vote(voter, 4, adds: true);
        lapsed.PassTo(6);
        lapsed.Vote(2, 4, adds: true);
        lapsed.Pass(6);
        AssertHolds(lapsed);
        AssertRefused(null, AnchorProofVerifier.Check(lapsed.Anchor(), Trust(lapsed.TrustedTo(3) with { Epoch = 30_000 }), null, lapsed.History, []));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Never_asks_a_history_of_what_trust_json_says(string consensus)
    {
        var chain = Added(consensus);
        var (all, anchor) = (chain.TrustedTo(3).Validators[0].Addresses, chain.Anchor());
        var check = AnchorProofVerifier.Check(anchor, Trust(chain.TrustedTo(3) with { Validators = [new ValidatorRange(0, null, all)] }), null, chain.History, []);
        Assert.False(check.Holds);
        Assert.DoesNotContain(check.RestsOn, static ground => ground.Contains("history", StringComparison.Ordinal));
        var named = Begun(consensus);
        var own = named.Anchor();
        Assert.True(AnchorProofVerifier.Check(own, Trust(named.TrustedTo(1000)), null, new ValidatorHistory([[1]]), []).Holds);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Refuses_a_history_that_trust_json_contradicts_or_outdates(string consensus)
    {
        var chain = Added(consensus);
        var (all, last) = (chain.TrustedTo(3).Validators[0].Addresses, chain.Headers[^1].Number);
        AssertRefused(FindingCodes.HistoryDiffers, Judge(new ValidatorRange(last, last, all)));
        chain.Pass(6);
        var anchor = chain.Anchor();
        AssertRefused(FindingCodes.SealsUnchecked, AnchorProofVerifier.Check(anchor, Trust(chain.TrustedTo(3) with { Validators = [new(0, 3, all), new(last + 2, last + 3, all)] }), null, new ValidatorHistory([.. chain.History.Headers.Take((int)last)]), []));
        var five = all.Append(TestConsortium.AddressOf(TestConsortium.Key(4))).ToList();
        Assert.True(Judge(new ValidatorRange(last, last, five)).Holds);

        AnchorCheck Judge(ValidatorRange range) => AnchorProofVerifier.Check(chain.Anchor(), Trust(chain.TrustedTo(3) with { Validators = [new(0, 3, all), range] }), null, chain.History, []);
    }

    [Theory]
    [MemberData(nameof(Committed))]
    public void May_leave_out_what_no_change_needs_where_each_header_is_final_and_lists_its_validators(string consensus)
    {
        var chain = Begun(consensus);
        foreach (var voter in new[] { 0, 1 }) chain.Vote(voter, 5, adds: true);
        chain.Pass(50);
        var first = chain.Headers.Count;
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(50);
        var second = chain.Headers.Count;
        foreach (var voter in new[] { 1, 2, 3 }) chain.Vote(voter, 0, adds: false);
        chain.Becomes(1, 2, 3, 4);
        chain.Pass(50);
        IReadOnlyList<byte[]> all = chain.History.Headers;
        Assert.Empty(Check(chain, chain.Anchor(), history: new ValidatorHistory([.. all.Skip(first).Take(3), .. all.Skip(second).Take(3)])).Findings);
        AssertRefused(FindingCodes.HistoryDiffers, Check(chain, chain.Anchor(), history: new ValidatorHistory([.. all.Skip(first + 1).Take(3), .. all.Skip(second).Take(3)])));
        AssertRefused(FindingCodes.HistoryDiffers, Check(chain, chain.Anchor(), history: new ValidatorHistory([.. all.Skip(second).Take(3)])));
    }

    [Theory]
    [MemberData(nameof(Committed))]
    public void Refuses_headers_that_too_few_have_sealed_or_strangers(string consensus)
    {
        var stranger = TestConsortium.Key(99);
        foreach (var sealers in new Func<IReadOnlyList<byte[]>, byte[][]>[] { keys => [keys[0], keys[1]], keys => [keys[0], keys[1], keys[1]], keys => [.. keys, stranger], _ => [] })
        {
            var chain = Begun(consensus);
            chain.Block(chain.Next(), sealers: sealers(chain.Now.Keys));
            chain.Pass(3);
            AssertRefused(FindingCodes.HistoryUnsealed, Check(chain, chain.Anchor()));
        }

        var proposed = Begun(consensus);
        proposed.Block(stranger);
        AssertRefused(FindingCodes.HistoryUnsealed, Check(proposed, proposed.Anchor()));
    }

    [Fact]
    public void Says_that_no_history_proves_validators_whom_a_contract_keeps()
    {
        var chain = new VotingChain(ConsensusNames.Qbft, Four);
        for (var i = 0; i < 5; i++) chain.Block(chain.Next(), listed: []);
        AssertRefused(FindingCodes.ValidatorsInContract, Check(chain, chain.Anchor()));
        var listed = Begun(ConsensusNames.Qbft);
        var anchor = listed.Anchor();
        var unlisted = listed.Now.On(anchor, [listed.Now.Committed(BlockHeader.Parse(anchor.Header).ReceiptsRoot, listed.Now.Keys, static fields => fields[8] = Rlp.IntegerBytes(99), listed: [])]);
        AssertRefused(FindingCodes.ValidatorsInContract, Check(listed, unlisted));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Never_accepts_a_history_of_which_a_bit_was_changed(string consensus)
    {
        var chain = Added(consensus);
        var (anchor, all) = (chain.Anchor(), chain.History.Headers);
        for (var at = 0; at < all.Count; at++)
        {
            for (var i = at; i < all[at].Length; i += i is > 150 and < 400 ? 111 : 37)
            {
                var flipped = all.Select(static header => header.ToArray()).ToArray();
                flipped[at][i] ^= 1;
                Assert.False(Check(chain, anchor, history: new ValidatorHistory(flipped)).Holds);
            }
        }
    }
}
