using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;
using Evidence.Tests.Package;
using Evidence.Tests.Verification;

namespace Evidence.Tests.VerifyJs;

/// <summary>Packages that hold, of every consensus, which the fuzz run starts from.</summary>
internal static class SoundPackages
{
    private static readonly SampleRecord Signed = new(leaves: 4), Bare = new(signed: false, leaves: 4);

    internal static IReadOnlyList<FuzzCase> All { get; } =
    [
        new("signed", SamplePackage.Write(Signed), TrustPolicyJson.Encode(Signed.Trust), IsSound: true),
        new("unsigned", SamplePackage.Write(Bare), TrustPolicyJson.Encode(Bare.Trust), IsSound: true),
        new("not anchored", SamplePackage.Write(SamplePackage.Heading(Bare) with { Anchor = null }, SamplePackage.Record(Bare)), TrustPolicyJson.Encode(Bare.Trust)),
        new("no trust.json", SamplePackage.Write(Signed), null),
        .. TestConsortium.SealedKinds.Select(static kind => Sealed(new TestConsortium(kind))),
    ];

    /// <summary>The sample anchored on a consortium's chain, under its validators' seals.</summary>
    internal static FuzzCase Sealed(TestConsortium chain)
    {
        var anchor = chain.Anchor(Bare.LogSigner.Key.LogId, 4, Bare.Tree.Root, Bare.Note.Encode());
        return new FuzzCase(chain.Consensus, With(anchor), Trust(chain.Trusted), IsSound: true);
    }

    /// <summary>The sample anchored in the next block of a chain whose validators change.</summary>
    internal static AnchorProof On(VotingChain chain) => chain.Anchor(static consortium => consortium.Anchor(Bare.LogSigner.Key.LogId, 4, Bare.Tree.Root, Bare.Note.Encode()));

    /// <summary>The unsigned sample with another anchor.</summary>
    internal static byte[] With(AnchorProof anchor, ValidatorHistory? history = null) => SamplePackage.Write(SamplePackage.Heading(Bare) with { Anchor = anchor, History = history }, SamplePackage.Record(Bare));

    internal static byte[] Trust(TrustedChain chain, bool seals = true, int witnesses = 0) =>
        TrustPolicyJson.Encode(Bare.Trust with { Chain = chain, Quorum = new TrustQuorum(seals, witnesses) });
}
