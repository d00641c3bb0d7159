using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Ledger;

/// <summary>Anchors on chains that were sealed here, under a trust.json that asks for the seals and for nothing else.</summary>
public sealed class SealCheckTests
{
    internal static readonly SampleRecord Sample = new();

    public static TheoryData<string, int, int> Chains()
    {
        var chains = new TheoryData<string, int, int>();
        foreach (var consensus in TestConsortium.SealedKinds)
        {
            foreach (var validators in new[] { 1, 2, 3, 4, 5, 7 }) chains.Add(consensus, validators, 16);
            foreach (var fields in new[] { 15, 17, 20, 21 }) chains.Add(consensus, 4, fields);
        }

        return chains;
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Accepts_a_block_that_enough_validators_sealed_and_says_on_whom_it_rests(string consensus, int validators, int fields)
    {
        var chain = new TestConsortium(consensus, validators, fields);
        var check = Check(chain, Anchor(chain));
        Assert.Empty(check.Findings);
        var last = BlockHeader.Parse(Anchor(chain) is { FollowingHeaders: [.., var following] } ? following : Anchor(chain).Header);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds((long)last.Timestamp), check.ProvenNoLaterThan);
        Assert.Contains(check.RestsOn, static ground => ground.Contains("having sealed for no other chain", StringComparison.Ordinal));
        Assert.Contains(check.RestsOn, ground => ground.Contains(consensus == ConsensusNames.Clique ? "a majority built on it; no BFT finality" : "make it final", StringComparison.Ordinal));
        Assert.Contains(check.RestsOn, ground => ground.Contains(TestConsortium.AddressOf(chain.InTurn(TestConsortium.FirstBlock)), StringComparison.Ordinal));
    }

    public static TheoryData<string> Kinds() => [.. TestConsortium.SealedKinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Never_accepts_a_proof_of_which_a_bit_was_changed(string consensus)
    {
        var chain = new TestConsortium(consensus);
        var proof = Anchor(chain);
        for (var i = 0; i < proof.Header.Length; i += i is > 100 and < 400 ? 50 : 11) Refused(proof with { Header = Flip(proof.Header, i) });
        for (var i = 0; i < 32; i += 5) Refused(proof with { BlockHash = Flip(proof.BlockHash, i) });
        for (var n = 0; n < proof.FollowingHeaders.Count; n++)
        {
            for (var i = 0; i < proof.FollowingHeaders[n].Length; i += i is > 100 and < 400 ? 50 : 11)
                Refused(proof with { FollowingHeaders = [.. proof.FollowingHeaders.Select((header, index) => index == n ? Flip(header, i) : header)] });
        }

        void Refused(AnchorProof changed) => Assert.False(Check(chain, changed).Holds);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Finds_a_swapped_receipt_another_contract_and_another_chain_under_good_seals(string consensus)
    {
        var chain = new TestConsortium(consensus);
        var proof = Anchor(chain);
        var anchored = new AnchoredEvent(Sample.LogSigner.Key.LogId, 7, Sample.Tree.Root, 0);
        var other = chain.Anchor(Sample.LogSigner.Key.LogId, 7, Sample.Tree.Root, Sample.Note.Encode(), SampleChain.Receipt(anchored.ToLogEntry(new byte[20])));
        AssertFound(FindingCodes.ReceiptProofWrong, Check(chain, proof with { Receipt = other.Receipt }));
        AssertFound(FindingCodes.ReceiptProofWrong, Check(chain, proof with { Receipt = other.Receipt, ReceiptProof = other.ReceiptProof }));
        AssertFound(FindingCodes.AnchorUnexpected, Check(chain, other));
        AssertFound(FindingCodes.AnchorUnexpected, Check(chain, proof with { ChainId = 1 }));
        AssertFound(FindingCodes.AnchorUnexpected, Check(chain, proof, static trusted => trusted with { Contract = "0x" + new string('1', 40) }));
        AssertFound(FindingCodes.HeaderChanged, Check(chain, proof with { BlockHash = new byte[32] }));
        AssertFound(FindingCodes.HeaderChanged, Check(chain, proof with { Header = other.Header }));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Says_by_whose_rule_a_header_was_hashed_when_nobody_is_trusted(string consensus)
    {
        var chain = new TestConsortium(consensus);
        var form = AnchorProofVerifier.CheckForm(Anchor(chain));
        Assert.True(form.Holds);
        Assert.Equal(ConsensusNames.HasCommitSeals(consensus), form.RestsOn[0].Contains($"hashed by the rule of {consensus}", StringComparison.Ordinal));
        AssertFound(FindingCodes.HeaderChanged, AnchorProofVerifier.CheckForm(Anchor(chain) with { BlockHash = new byte[32] }));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Names_bytes_that_are_no_header_and_never_throws(string consensus)
    {
        var chain = new TestConsortium(consensus);
        var proof = Anchor(chain);
        for (var i = 0; i < proof.Header.Length; i += 7) AssertFound(FindingCodes.AnchorUnreadable, Check(chain, proof with { Header = proof.Header[..i] }));
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var garbage = new byte[random.Next(0, 700)];
            random.NextBytes(garbage);
            AssertFound(FindingCodes.AnchorUnreadable, Check(chain, proof with { Header = garbage }));
            AssertFound(FindingCodes.AnchorUnreadable, Check(chain, proof with { FollowingHeaders = [garbage] }));
            var fields = BlockHeader.Parse(proof.Header).Fields.Select(static field => field.ToArray()).ToArray();
            fields[12] = garbage;
            Assert.False(Check(chain, chain.On(proof, [BlockHeader.FromFields(fields)])).Holds);
        }
    }

    [Fact]
    public void Is_proven_by_the_time_by_which_validators_and_witnesses_had_vouched()
    {
        var chain = new TestConsortium(ConsensusNames.Qbft);
        var trust = Sample.Trust with { Chain = chain.Trusted, Quorum = new TrustQuorum(true, 2) };
        var check = AnchorProofVerifier.Check(Anchor(chain), trust, Sample.CosignedNote.Encode());
        Assert.True(check.Holds);
        Assert.Equal(new[] { check.BlockTime!.Value, SampleRecord.Cosigned.AddSeconds(1) }.Max(), check.ProvenNoLaterThan);
        Assert.False(AnchorProofVerifier.Check(Anchor(chain), trust).Holds);
        Assert.False(AnchorProofVerifier.Check(Sample.Anchor, trust, Sample.CosignedNote.Encode()).Holds);
    }

    internal static AnchorProof Anchor(TestConsortium chain) =>
        chain.Anchor(Sample.LogSigner.Key.LogId, 7, Sample.Tree.Root, Sample.Note.Encode());

    internal static AnchorCheck Check(TestConsortium chain, AnchorProof proof, Func<TrustedChain, TrustedChain>? change = null) =>
        AnchorProofVerifier.Check(proof, Sample.Trust with { Chain = change is null ? chain.Trusted : change(chain.Trusted), Quorum = new TrustQuorum(true, 0) });

    private static byte[] Flip(byte[] bytes, int index)
    {
        var copy = bytes.ToArray();
        copy[index] ^= 0x04;
        return copy;
    }

    private static void AssertFound(string code, AnchorCheck check) => Assert.Contains(check.Findings, finding => finding.Code == code && finding.Severity != Severity.Info);
}
