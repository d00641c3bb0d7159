using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Ledger;

/// <summary>When a proof is captured: not before the chain stands by the block, and again where it did not.</summary>
public sealed class FinalityTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Theory]
    [InlineData(ConsensusNames.Qbft)]
    [InlineData(ConsensusNames.Ibft2)]
    public async Task Captures_at_once_what_two_thirds_of_the_validators_sealed(string consensus)
    {
        var (chain, log, hash) = await SubmittedAsync(consensus);
        chain.Mine();
        var proof = await chain.Client().CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct);
        Assert.Empty(proof.FollowingHeaders);
        AssertHolds(chain, proof);
    }

    [Fact]
    public async Task Waits_until_more_than_half_of_the_clique_signers_have_built_on_the_block()
    {
        var (chain, log, hash) = await SubmittedAsync(ConsensusNames.Clique);
        chain.Mine(2);
        var capture = chain.Client().CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct);
        var impatient = chain.Client(chain.Options with { FinalityTimeout = TimeSpan.Zero });
        var pending = await Assert.ThrowsAsync<LedgerPendingException>(() => impatient.CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct));
        Assert.Contains("more than half of the signers", pending.Message, StringComparison.Ordinal);
        Assert.False(capture.IsCompleted);
        chain.Mine();
        var proof = await capture;
        Assert.Equal(2, proof.FollowingHeaders.Count);
        AssertHolds(chain, proof);
    }

    [Fact]
    public async Task Captures_the_block_that_holds_the_anchor_after_a_reorganisation()
    {
        var (chain, log, hash) = await SubmittedAsync(ConsensusNames.Clique);
        chain.Mine(2);
        var capture = chain.Client().CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct);
        chain.TakeBack(2, keep: true);
        chain.Mine(3);
        var proof = await capture;
        Assert.Equal(2UL, proof.BlockNumber);
        AssertHolds(chain, proof);
    }

    [Fact]
    public async Task Hands_in_again_what_a_reorganisation_dropped()
    {
        var chain = new ScriptedChain(ConsensusNames.Clique);
        chain.Mine();
        var log = new TestLog(9);
        var ledger = chain.Client(chain.Options with { RepeatInterval = TimeSpan.FromMilliseconds(20) });
        var hash = await log.SubmitAsync(ledger, 0, 9);
        chain.Mine();
        var capture = ledger.CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct);
        chain.TakeBack(1, keep: false);
        await Eventually.TrueAsync(() => chain.Pool.Count == 1, "the transaction waits again");
        chain.Mine(3);
        AssertHolds(chain, await capture);
        Assert.Equal(1, chain.Mined);
    }

    [Fact]
    public async Task Asks_an_endpoint_that_is_ahead_when_the_first_is_behind()
    {
        var (chain, log, hash) = await SubmittedAsync(ConsensusNames.Clique);
        chain.Mine(3);
        chain.Tamper = (host, method, answer) =>
        {
            if (host == "a.test" && method == "eth_getBlockByNumber" && answer["result"] is { } block && (string?)block["number"] == "0x4") answer["result"] = null;
        };
        AssertHolds(chain, await chain.Client(null, "a", "b").CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct));
    }

    [Fact]
    public void Refuses_a_clique_ledger_of_which_nobody_says_who_its_signers_are()
    {
        var chain = new ScriptedChain(ConsensusNames.Clique);
        Assert.Contains("signers", Assert.Throws<ArgumentException>(() => chain.Client(chain.Options with { Trusted = null })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => chain.Client(chain.Options with { Consensus = ConsensusNames.Qbft }));
        Assert.Throws<ArgumentException>(() => chain.Client(chain.Options with { Consensus = "pow", Trusted = null }));
    }

    internal static async Task<(ScriptedChain Chain, TestLog Log, string Hash)> SubmittedAsync(string consensus)
    {
        var chain = new ScriptedChain(consensus);
        chain.Mine();
        var log = new TestLog(9);
        return (chain, log, await log.SubmitAsync(chain.Client(), 0, 9));
    }

    internal static void AssertHolds(ScriptedChain chain, AnchorProof proof) => Assert.True(AnchorProofVerifier.CheckSeals(proof, chain.Consortium.Trusted).Holds);
}
