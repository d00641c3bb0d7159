using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Ledger.Capture;
using Evidence.Tests.Package.Making;

namespace Evidence.Tests.Ledger;

/// <summary>Histories as they are made from a ledger, for those whose trust.json names only who began.</summary>
public sealed class HistoryCaptureTests
{
    private const ulong Epoch = 10, KnownTo = 3;
    private static readonly int[] Four = [0, 1, 2, 3];

    public static TheoryData<string> Kinds() => [.. TestConsortium.SealedKinds];

    public static TheoryData<string> Committed() => [ConsensusNames.Qbft, ConsensusNames.Ibft2];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Proves_in_a_package_whom_the_validators_voted_in(string consensus)
    {
        var chain = Changed(consensus);
        var history = await CaptureAsync(chain, chain.TrustedTo(KnownTo));
        var log = new VectorLog(consensus, VectorRecord.Unsigned(1)).AnchoredOn(chain, history);
        var trust = log.Trust with { Chain = chain.TrustedTo(KnownTo), Quorum = new TrustQuorum(true, 0) };
        Assert.Equal(Outcome.Intact, Judge(log, trust));
        Assert.Equal(Outcome.Undetermined, Judge(log, trust with { Chain = trust.Chain with { FollowsHistory = false } }));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Leaves_out_what_is_not_needed(string consensus)
    {
        var chain = Changed(consensus);
        var (begin, end) = Votes(chain);
        ulong[] expected = consensus == ConsensusNames.Clique
            ? [1, .. Range(20, FinalOn(chain, end))]
            : [KnownTo + 1, .. Range(begin, end)];
        Assert.Equal(expected, Numbers(await CaptureAsync(chain, chain.TrustedTo(KnownTo))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Counts_votes_that_stood_when_trust_json_ends(string consensus)
    {
        var chain = new VotingChain(consensus, Four, Epoch);
        chain.Vote(0, 4, adds: true);
        chain.Vote(1, 4, adds: true);
        var known = chain.Headers[^1].Number;
        chain.Vote(2, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(6);
        Assert.Equal(1UL, (await CaptureAsync(chain, chain.TrustedTo(known))).From);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Goes_on_over_many_changes_that_overlap(string consensus)
    {
        var chain = new VotingChain(consensus, Four, epoch: 200);
        chain.Pass(5);
        foreach (var (voter, subject) in new[] { (0, 4), (0, 5), (1, 4), (1, 5), (2, 4) }) chain.Vote(voter, subject, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Vote(2, 5, adds: true);
        chain.Becomes(0, 1, 2, 3, 4, 5);
        chain.Pass(150);
        foreach (var voter in new[] { 5, 1, 2, 3 }) chain.Vote(voter, 0, adds: false);
        chain.Becomes(1, 2, 3, 4, 5);
        chain.Pass(70);
        foreach (var voter in new[] { 1, 2, 3 }) chain.Vote(voter, 0, adds: true);
        chain.Becomes(0, 1, 2, 3, 4, 5);
        chain.Pass(8);
        var history = await CaptureAsync(chain, chain.TrustedTo(KnownTo));
        Assert.True(history.Headers.Count < chain.Headers.Count);
        var check = AnchorProofVerifier.Check(chain.Anchor(), SealCheckTests.Sample.Trust with { Chain = chain.TrustedTo(KnownTo), Quorum = new TrustQuorum(true, 0) }, null, history, []);
        Assert.Empty(check.Findings);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Proves_that_nothing_changed_with_one_header(string consensus)
    {
        var chain = new VotingChain(consensus, Four, Epoch);
        chain.Pass(35);
        Assert.Single((await CaptureAsync(chain, chain.TrustedTo(KnownTo))).Headers);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ends_where_it_is_told_to(string consensus)
    {
        var chain = Changed(consensus);
        var endpoint = new VotingEndpoint(chain);
        Assert.Single((await CaptureAsync(chain, chain.TrustedTo(KnownTo), 20, endpoint)).Headers);
        Assert.Equal(20UL, endpoint.Asked.Max());
    }

    [Theory]
    [MemberData(nameof(Committed))]
    public async Task Gives_nothing_out_that_too_few_have_sealed(string consensus)
    {
        var chain = new VotingChain(consensus, Four, Epoch);
        chain.Pass((int)KnownTo);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Block(TestConsortium.Key(voter), (TestConsortium.Key(4), true), sealers: [.. chain.Now.Keys.Take(2)]);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(3);
        await AssertRefusedAsync(FindingCodes.HistoryUnsealed, chain, chain.TrustedTo(KnownTo));
    }

    [Theory]
    [MemberData(nameof(Committed))]
    public async Task Says_of_validators_who_changed_without_a_vote_that_trust_json_must_name_them(string consensus)
    {
        var chain = new VotingChain(consensus, Four, Epoch);
        chain.Pass(12);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(3);
        await AssertRefusedAsync("Block 13 lists", chain, chain.TrustedTo(KnownTo));
    }

    [Fact]
    public async Task Says_that_a_contract_keeps_the_validators()
    {
        var chain = new VotingChain(ConsensusNames.Qbft, Four);
        for (var i = 0; i < 6; i++) chain.Block(chain.Next(), listed: []);
        await AssertRefusedAsync("A contract keeps them", chain, chain.TrustedTo(KnownTo));
    }

    [Fact]
    public async Task Waits_for_a_majority_to_build_on_a_clique_change()
    {
        var chain = new VotingChain(ConsensusNames.Clique, Four, Epoch);
        chain.Pass((int)KnownTo);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(1);
        await AssertRefusedAsync("have built on block", chain, chain.TrustedTo(KnownTo));
    }

    [Fact]
    public async Task Says_what_trust_json_must_name_where_no_clique_history_can_begin()
    {
        var chain = Changed(ConsensusNames.Clique);
        var trusted = chain.TrustedTo(KnownTo);
        await AssertRefusedAsync("end at block 20 or above", chain, trusted with { Validators = [new ValidatorRange(12, 15, trusted.Validators[0].Addresses)] });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Says_what_shortens_a_history_that_nobody_would_read(string consensus)
    {
        var chain = Changed(consensus);
        var (_, end) = Votes(chain);
        var (from, to) = consensus == ConsensusNames.Clique ? (FinalOn(chain, end) + 1, 30UL) : (end + 1, end + 1);
        await AssertRefusedAsync($"from {from} on in trust.json, by a range that goes to block {to} at least", chain, chain.TrustedTo(KnownTo), maxBytes: 3000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Sees_that_a_header_does_not_follow(string consensus)
    {
        var (chain, endpoint) = Forked(consensus);
        var refused = await Assert.ThrowsAsync<LedgerUnreachableException>(() => CaptureAsync(chain, chain.TrustedTo(KnownTo), endpoint: endpoint));
        Assert.Contains("block 12 of http://a.test/ does not follow", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Asks_another_endpoint_for_headers_when_one_is_on_another_chain_or_falls_silent_half_way(string consensus)
    {
        var (chain, endpoint) = Forked(consensus, blocks: 3 * HeaderReading.Batch);
        await AssertGoesOnAsync(chain, endpoint);
        foreach (var height in new ulong[] { HeaderReading.Batch / 2, HeaderReading.Batch + 1, 2 * HeaderReading.Batch + 10 })
            await AssertGoesOnAsync(chain, new VotingEndpoint(chain) { SilentFrom = height });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Asks_for_no_more_headers_than_a_verifier_reads(string consensus)
    {
        var (chain, trusted) = (Changed(consensus), Changed(consensus).TrustedTo(KnownTo));
        var needed = (await CaptureAsync(chain, trusted)).Headers.Count;
        Assert.Equal(needed, (await CaptureAsync(chain, trusted, maxHeaders: needed)).Headers.Count);
        var endpoint = new VotingEndpoint(chain);
        await AssertRefusedAsync($"more than {ValidatorHistory.MaxHeaders} headers", chain, trusted, endpoint: endpoint, maxHeaders: needed - 1);
        Assert.True(endpoint.Asked.Count < chain.Headers.Count + needed); // what would be too long was looked at, and not fetched
    }

    [Fact]
    public void Reads_no_more_headers_than_a_verifier_may_be_given()
    {
        Assert.Equal(ValidatorHistory.MaxHeaders, ValidatorHistoryJson.Parse(Short(ValidatorHistory.MaxHeaders)).Headers.Count);
        Assert.Contains("at most 16384 headers", Assert.Throws<FormatException>(static () => ValidatorHistoryJson.Parse(Short(ValidatorHistory.MaxHeaders + 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_there_is_nothing_to_prove()
    {
        var chain = Changed(ConsensusNames.Qbft);
        await AssertRefusedAsync("nothing to prove yet", chain, chain.TrustedTo(chain.Headers[^1].Number));
        await AssertRefusedAsync("nothing to prove yet", chain, chain.TrustedTo(KnownTo), to: KnownTo);
        await AssertRefusedAsync("below 1000", chain, chain.TrustedTo(KnownTo), to: 1000);
    }

    /// <summary>A chain to whose four validators a fifth was added two epochs behind those that trust.json names.</summary>
    internal static VotingChain Changed(string consensus)
    {
        var chain = new VotingChain(consensus, Four, Epoch);
        chain.PassTo(20);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(12);
        return chain;
    }

    /// <summary>A chain on which one endpoint states a header of another.</summary>
    private static (VotingChain Chain, VotingEndpoint Endpoint) Forked(string consensus, int blocks = 0)
    {
        var (chain, other) = (Changed(consensus), new VotingChain(consensus, [1, 2, 3, 0, 5], Epoch));
        chain.Pass(blocks);
        other.Pass(30);
        var endpoint = new VotingEndpoint(chain);
        endpoint.Replace(12, other.Headers[11]);
        return (chain, endpoint);
    }

    /// <summary>A file of so many headers of one byte.</summary>
    private static byte[] Short(int headers) => ValidatorHistoryJson.Encode(new ValidatorHistory([.. Enumerable.Repeat<byte[]>([1], headers)]));

    private static async Task AssertGoesOnAsync(VotingChain chain, VotingEndpoint endpoint)
    {
        var trusted = chain.TrustedTo(KnownTo);
        var expected = await CaptureAsync(chain, trusted);
        var made = await new HistoryCapture(endpoint.Client(trusted, VotingEndpoint.Failing, VotingEndpoint.Sound), trusted, ValidatorHistory.MaxHeaders, 4 << 20).RunAsync(null, new Progress<HistoryProgress>(), CancellationToken.None);
        Assert.Equal(expected.Headers, made.History.Headers);
    }

    private static (ulong First, ulong Last) Votes(VotingChain chain)
    {
        var subject = TestConsortium.Address(TestConsortium.Key(4));
        var votes = chain.Headers.Where(header => header.Number is > 20 and < 30 && (chain.Now.Consensus == ConsensusNames.Clique
            ? header.Beneficiary.AsSpan().SequenceEqual(subject)
            : BftExtraData.Parse(header.ExtraData, chain.Now.Consensus).Vote is not null)).ToList();
        return (votes[0].Number, votes[^1].Number);
    }

    /// <summary>The header with which three of the first four have sealed the change or built on it.</summary>
    private static ulong FinalOn(VotingChain chain, ulong change)
    {
        var four = Four.Select(static validator => TestConsortium.AddressOf(TestConsortium.Key(validator))).ToList();
        var sealedBy = new HashSet<string>();
        return chain.Headers.First(header => header.Number >= change && CliqueSeal.SignerOf(header) is { } signer && four.Contains(signer) && sealedBy.Add(signer) && sealedBy.Count == 3).Number;
    }

    private static IEnumerable<ulong> Range(ulong from, ulong to)
    {
        for (var number = from; number <= to; number++) yield return number;
    }

    private static IEnumerable<ulong> Numbers(ValidatorHistory history) => history.Headers.Select(static header => BlockHeader.Parse(header).Number);

    private static Outcome Judge(VectorLog log, TrustPolicy trust) => EvidencePackageReader.Verify(new MemoryStream(log.Package()), trust).Whole;

    private static async Task<ValidatorHistory> CaptureAsync(VotingChain chain, TrustedChain trusted, ulong? to = null, VotingEndpoint? endpoint = null, int maxHeaders = ValidatorHistory.MaxHeaders, int maxBytes = 4 << 20) =>
        (await new HistoryCapture((endpoint ?? new VotingEndpoint(chain)).Client(trusted), trusted, maxHeaders, maxBytes).RunAsync(to, new Progress<HistoryProgress>(), CancellationToken.None)).History;

    private static async Task AssertRefusedAsync(string why, VotingChain chain, TrustedChain trusted, ulong? to = null, VotingEndpoint? endpoint = null, int maxHeaders = ValidatorHistory.MaxHeaders, int maxBytes = 4 << 20) =>
        Assert.Contains(why, (await Assert.ThrowsAsync<HistoryException>(() => CaptureAsync(chain, trusted, to, endpoint, maxHeaders, maxBytes))).Message, StringComparison.Ordinal);
}
