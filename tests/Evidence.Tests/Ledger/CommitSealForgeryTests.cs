using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;

namespace Evidence.Tests.Ledger;

/// <summary>QBFT and IBFT 2.0 headers that were tampered with: each is named, and none is taken.</summary>
public sealed class CommitSealForgeryTests
{
    private const string Qbft = ConsensusNames.Qbft, Ibft2 = ConsensusNames.Ibft2;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 4)]
    [InlineData(6, 4)]
    [InlineData(7, 5)]
    public void Asks_for_seals_of_two_thirds_rounded_up(int validators, int needed)
    {
        foreach (var consensus in new[] { Qbft, Ibft2 })
        {
            var chain = new TestConsortium(consensus, validators);
            Assert.True(Check(chain, [.. chain.Keys.Take(needed)]).Holds);
            AssertUndetermined(FindingCodes.ValidatorSealsMissing, Check(chain, [.. chain.Keys.Take(needed - 1)]));
        }
    }

    [Theory]
    [InlineData(Qbft)]
    [InlineData(Ibft2)]
    public void Finds_a_seal_that_stands_there_twice_also_where_it_is_not_needed(string consensus)
    {
        var chain = new TestConsortium(consensus);
        AssertFound(FindingCodes.ValidatorSealDoubled, Severity.Error, Check(chain, [.. chain.Keys, chain.Keys[0]]));
        var few = Check(chain, [chain.Keys[0], chain.Keys[1], chain.Keys[1], chain.Keys[1]]);
        AssertFound(FindingCodes.ValidatorSealDoubled, Severity.Error, few);
        AssertFound(FindingCodes.ValidatorSealsMissing, Severity.Warning, few);
    }

    [Theory]
    [InlineData(Qbft)]
    [InlineData(Ibft2)]
    public void Finds_a_seal_by_somebody_who_is_no_validator_or_no_longer_one(string consensus)
    {
        var chain = new TestConsortium(consensus);
        AssertUndetermined(FindingCodes.ValidatorSealUnexpected, Check(chain, [.. chain.Keys, TestConsortium.Key(99)]));
        AssertUndetermined(FindingCodes.ValidatorSealsMissing, Check(chain, [chain.Keys[0], chain.Keys[1], TestConsortium.Key(99)]));
        var removed = Check(chain, [.. chain.Keys], change: trusted => trusted with { Validators = [new(0, 17, trusted.Validators[0].Addresses), new(18, null, [.. trusted.Validators[0].Addresses.Skip(1)])] });
        AssertUndetermined(FindingCodes.ValidatorSealUnexpected, removed);
        AssertUndetermined(FindingCodes.ValidatorsDiffer, removed);
    }

    [Theory]
    [InlineData(Qbft)]
    [InlineData(Ibft2)]
    public void Leaves_a_height_for_which_trust_json_names_no_validators_undetermined(string consensus)
    {
        var chain = new TestConsortium(consensus);
        var all = chain.Trusted.Validators[0].Addresses;
        foreach (var ranges in new ValidatorRange[][] { [new(0, 17, all), new(19, null, all)], [new(0, null, all), new(18, 18, all)], [new(0, null, [])], [] })
            AssertUndetermined(FindingCodes.SealsUnchecked, Check(chain, [.. chain.Keys], change: trusted => trusted with { Validators = ranges }));
        Assert.True(Check(chain, [.. chain.Keys], change: trusted => trusted with { Validators = [new(0, 17, [TestConsortium.AddressOf(TestConsortium.Key(99))]), new(18, 18, all)] }).Holds);
    }

    [Theory]
    [InlineData(Qbft)]
    [InlineData(Ibft2)]
    public void Takes_a_seal_only_over_this_header_and_this_round(string consensus)
    {
        var chain = new TestConsortium(consensus);
        var (first, other) = (chain.Committed(Root, [.. chain.Keys], round: 3), chain.Committed(Root, [.. chain.Keys], round: 4));
        Assert.Equal(BlockHash.Of(first, consensus), BlockHash.Of(other, consensus));
        Assert.NotEqual(first.Hash, other.Hash);
        var moved = WithSeals(chain, first, BftExtraData.Parse(other.ExtraData, consensus).Seals);
        AssertUndetermined(FindingCodes.ValidatorSealUnexpected, Judge(chain, moved));
        AssertUndetermined(FindingCodes.ValidatorSealsMissing, Judge(chain, moved));
        Assert.True(Judge(chain, first).Holds);
    }

    [Theory]
    [InlineData(Qbft)]
    [InlineData(Ibft2)]
    public void Finds_a_seal_that_is_no_signature(string consensus)
    {
        var chain = new TestConsortium(consensus);
        var header = chain.Committed(Root, [.. chain.Keys]);
        var seals = BftExtraData.Parse(header.ExtraData, consensus).Seals;
        foreach (var bad in new[] { [.. seals[0][..64], 2], [.. new byte[32], .. seals[0][32..]], [.. seals[0][..32], .. new byte[32], seals[0][64]], HighS(seals[0]) })
            AssertFound(FindingCodes.ValidatorSealsUnreadable, Severity.Error, Judge(chain, WithSeals(chain, header, [bad, .. seals.Skip(1)])));
    }

    [Fact]
    public void Holds_the_validators_that_the_header_names_to_trust_json()
    {
        foreach (var consensus in new[] { Qbft, Ibft2 })
        {
            var chain = new TestConsortium(consensus);
            AssertUndetermined(FindingCodes.ValidatorsDiffer, Judge(chain, chain.Committed(Root, [.. chain.Keys], listed: [.. chain.Keys.Skip(1)])));
            AssertUndetermined(FindingCodes.ValidatorsDiffer, Judge(chain, chain.Committed(Root, [.. chain.Keys], listed: [.. chain.Keys, TestConsortium.Key(99)])));
        }

        var managed = new TestConsortium(Qbft);
        Assert.True(Judge(managed, managed.Committed(Root, [.. managed.Keys], listed: [])).Holds);
        var unnamed = new TestConsortium(Ibft2);
        AssertUndetermined(FindingCodes.ValidatorsDiffer, Judge(unnamed, unnamed.Committed(Root, [.. unnamed.Keys], listed: [])));
    }

    [Theory]
    [InlineData(Qbft)]
    [InlineData(Ibft2)]
    public void Finds_fields_that_no_header_of_the_consensus_has(string consensus)
    {
        var chain = new TestConsortium(consensus);
        foreach (var (field, value) in new (int, byte[])[] { (1, new byte[32]), (7, [2]), (7, []), (13, new byte[32]) })
            AssertFound(FindingCodes.SealingRuleBroken, Severity.Error, Judge(chain, chain.Committed(Root, [.. chain.Keys], fields => fields[field] = value)));
    }

    [Fact]
    public void Takes_no_header_of_one_consensus_for_one_of_another()
    {
        foreach (var made in TestConsortium.SealedKinds)
        {
            var chain = new TestConsortium(made);
            foreach (var said in TestConsortium.SealedKinds.Where(said => said != made))
                Assert.False(SealCheckTests.Check(chain, SealCheckTests.Anchor(chain), trusted => trusted with { Consensus = said }).Holds);
        }
    }

    private static byte[] Root => new byte[32];

    private static byte[] HighS(byte[] seal)
    {
        var order = CustomNamedCurves.GetByName("secp256k1").N;
        var s = order.Subtract(new BigInteger(1, seal[32..64])).ToByteArrayUnsigned();
        return [.. seal[..32], .. new byte[32 - s.Length], .. s, (byte)(seal[64] ^ 1)];
    }

    private static BlockHeader WithSeals(TestConsortium chain, BlockHeader header, IReadOnlyList<byte[]> seals)
    {
        var items = Rlp.Decode(header.ExtraData).Items;
        var fields = header.Fields.Select(static field => field.ToArray()).ToArray();
        fields[12] = Rlp.EncodeList([.. items.Take(4).Select(static item => item.Raw.ToArray()), Rlp.EncodeList(seals.Select(static seal => Rlp.Encode(seal)))]);
        var changed = BlockHeader.FromFields(fields);
        Assert.Equal(BlockHash.Of(header, chain.Consensus), BlockHash.Of(changed, chain.Consensus));
        return changed;
    }

    private static AnchorCheck Check(TestConsortium chain, IReadOnlyList<byte[]> sealers, Func<TrustedChain, TrustedChain>? change = null)
    {
        var proof = SealCheckTests.Anchor(chain);
        return SealCheckTests.Check(chain, chain.On(proof, [chain.Committed(BlockHeader.Parse(proof.Header).ReceiptsRoot, sealers)]), change);
    }

    /// <summary>Only the seals of a header, whatever it holds.</summary>
    private static AnchorCheck Judge(TestConsortium chain, BlockHeader header)
    {
        var list = new FindingList(Layer.Ledger);
        var holds = SealCheck.Run(new HeaderChain(header, []), chain.Trusted, list) is not null;
        var check = new AnchorCheck(list.Findings, null, list.RestsOn, null);
        Assert.Equal(holds, list.RestsOn.Count > 0);
        Assert.True(holds || !check.Holds);
        return check;
    }

    private static void AssertFound(string code, Severity severity, AnchorCheck check) => Assert.Contains(check.Findings, finding => finding.Code == code && finding.Severity == severity);

    private static void AssertUndetermined(string code, AnchorCheck check)
    {
        AssertFound(code, Severity.Warning, check);
        Assert.DoesNotContain(check.Findings, static finding => finding.Severity == Severity.Error);
        Assert.Null(check.ProvenNoLaterThan);
    }
}
