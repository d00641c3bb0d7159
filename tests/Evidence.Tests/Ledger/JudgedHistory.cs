using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Tests.Ledger;

/// <summary>Chains whose validators change, and what is found of anchors on them with a history of headers.</summary>
internal static class JudgedHistory
{
    internal static readonly int[] Four = [0, 1, 2, 3];

    internal static VotingChain Begun(string consensus, ulong epoch = TrustedChain.UsualEpoch)
    {
        var chain = new VotingChain(consensus, Four, epoch);
        chain.Pass(3);
        return chain;
    }

    /// <summary>A chain to whose four validators a fifth was added.</summary>
    internal static VotingChain Added(string consensus)
    {
        var chain = Begun(consensus);
        foreach (var voter in new[] { 0, 1, 2 }) chain.Vote(voter, 4, adds: true);
        chain.Becomes(0, 1, 2, 3, 4);
        chain.Pass(6);
        return chain;
    }

    internal static VotingChain Copy(VotingChain chain, int[] validators, ulong epoch = TrustedChain.UsualEpoch)
    {
        var copy = new VotingChain(chain.Now.Consensus, validators, epoch);
        copy.Headers.AddRange(chain.Headers);
        return copy;
    }

    internal static void AssertHolds(VotingChain chain) => Assert.Empty(Check(chain, chain.Anchor()).Findings);

    /// <summary>Refused under whatever trust.json says of the heights from the third on, and never altered: a history is no part of what it is to prove.</summary>
    internal static void AssertForged(VotingChain chain)
    {
        var check = Check(chain, chain.Anchor());
        AssertRefused(null, check);
        Assert.Contains(check.Findings, static finding => finding.Code is FindingCodes.HistoryDiffers or FindingCodes.HistoryUnsealed);
    }

    internal static void AssertRefused(string? code, AnchorCheck check)
    {
        if (code is not null) AssertFound(code, check);
        Assert.False(check.Holds);
        Assert.Null(check.ProvenNoLaterThan);
        Assert.DoesNotContain(check.Findings, static finding => finding.Severity == Severity.Error);
    }

    internal static void AssertFound(string code, AnchorCheck check) => Assert.Contains(check.Findings, finding => finding.Code == code && finding.Severity == Severity.Warning);

    internal static AnchorCheck Check(VotingChain chain, AnchorProof anchor, ulong to = 3, ValidatorHistory? history = null, string? code = null)
    {
        var check = AnchorProofVerifier.Check(anchor, Trust(chain.TrustedTo(to)), null, history ?? chain.History, []);
        if (code is not null) AssertFound(code, check);
        return check;
    }

    internal static TrustPolicy Trust(TrustedChain chain) => SealCheckTests.Sample.Trust with { Chain = chain, Quorum = new TrustQuorum(true, 0) };
}
