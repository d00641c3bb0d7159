using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
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
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), check.ProvenNoLaterThan);
        Assert.Contains(check.RestsOn, ground => ground.Contains(consensus == ConsensusNames.Clique ? "a majority built on it; no BFT finality" : "make it final", StringComparison.Ordinal));
        Assert.Contains(check.RestsOn, ground => ground.Contains(TestConsortium.AddressOf(chain.InTurn(TestConsortium.FirstBlock)), StringComparison.Ordinal));
    }

    internal static AnchorProof Anchor(TestConsortium chain) =>
        chain.Anchor(Sample.LogSigner.Key.LogId, 7, Sample.Tree.Root, Sample.Note.Encode());

    internal static AnchorCheck Check(TestConsortium chain, AnchorProof proof, Func<TrustedChain, TrustedChain>? change = null) =>
        AnchorProofVerifier.Check(proof, Sample.Trust with { Chain = change is null ? chain.Trusted : change(chain.Trusted), Quorum = new TrustQuorum(true, 0) });
}
