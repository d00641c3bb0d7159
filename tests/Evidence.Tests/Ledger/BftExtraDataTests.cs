using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;

namespace Evidence.Tests.Ledger;

public sealed class BftExtraDataTests
{
    private static readonly byte[] Empty = Rlp.Encode([]), EmptyList = Rlp.EncodeList([]), Vanity = Rlp.Encode(new byte[32]), Validator = Rlp.Encode(new byte[20]);
    private static readonly byte[] Validators = Rlp.EncodeList([Validator]), Seals = Rlp.EncodeList([Rlp.Encode(new byte[65])]), FourBytes = Rlp.Encode(new byte[] { 0, 0, 1, 2 });

    [Fact]
    public void Reads_what_each_consensus_writes_and_leaves_out_what_each_leaves_out()
    {
        var qbft = Qbft(Vanity, Validators, EmptyList, Rlp.Encode(0x102UL), Seals);
        Assert.Equal(0x102u, qbft.Round);
        Assert.Equal(Rlp.EncodeList([Vanity, Validators, EmptyList, Rlp.Encode(0x102UL), EmptyList]), qbft.ForCommitSeals);
        Assert.Equal(Rlp.EncodeList([Vanity, Validators, EmptyList, Empty, EmptyList]), qbft.ForBlockHash);

        var ibft = Ibft2(Vanity, Validators, Empty, FourBytes, Seals);
        Assert.Equal(0x102u, ibft.Round);
        Assert.Equal(Rlp.EncodeList([Vanity, Validators, Empty, FourBytes]), ibft.ForCommitSeals);
        Assert.Equal(Rlp.EncodeList([Vanity, Validators, Empty]), ibft.ForBlockHash);
    }

    [Fact]
    public void Reads_votes_to_add_and_to_drop()
    {
        var (add, drop, zero) = (Rlp.EncodeList([Validator, Rlp.Encode([0xff])]), Rlp.EncodeList([Validator, Empty]), Rlp.EncodeList([Validator, Rlp.Encode([0])]));
        foreach (var vote in new[] { add, drop }) Assert.Single(Qbft(Vanity, Validators, vote, Empty, Seals).Seals);
        foreach (var vote in new[] { add, zero }) Assert.Single(Ibft2(Vanity, Validators, vote, FourBytes, Seals).Seals);
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, zero, Empty, Seals));
        Assert.Throws<FormatException>(() => Ibft2(Vanity, Validators, drop, FourBytes, Seals));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, Rlp.EncodeList([Validator, Rlp.Encode([1])]), Empty, Seals));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, Rlp.EncodeList([Validator]), Empty, Seals));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, Rlp.EncodeList([Vanity, Empty]), Empty, Seals));
    }

    [Fact]
    public void Refuses_the_absent_vote_of_the_other_consensus()
    {
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, Empty, Empty, Seals));
        Assert.Throws<FormatException>(() => Ibft2(Vanity, Validators, EmptyList, FourBytes, Seals));
    }

    [Fact]
    public void Refuses_rounds_with_leading_zeros_or_of_another_length()
    {
        foreach (var round in new byte[][] { [0], [0, 1], [1, 0, 0, 0, 0], [0x80, 0, 0, 0] })
            Assert.Contains("round", Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, EmptyList, Rlp.Encode(round), Seals)).Message, StringComparison.OrdinalIgnoreCase);
        foreach (var round in new byte[][] { [], [1], [0, 0, 1], [0, 0, 0, 0, 1], [0x80, 0, 0, 0] })
            Assert.Contains("round", Assert.Throws<FormatException>(() => Ibft2(Vanity, Validators, Empty, Rlp.Encode(round), Seals)).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Refuses_items_of_another_number_length_or_kind()
    {
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, EmptyList, Empty));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, EmptyList, Empty, Seals, Empty));
        Assert.Throws<FormatException>(() => Qbft(Rlp.Encode(new byte[31]), Validators, EmptyList, Empty, Seals));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Rlp.EncodeList([Rlp.Encode(new byte[21])]), EmptyList, Empty, Seals));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Empty, EmptyList, Empty, Seals));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, EmptyList, Empty, Rlp.EncodeList([Rlp.Encode(new byte[64])])));
        Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, EmptyList, EmptyList, Seals));
        Assert.Throws<FormatException>(() => BftExtraData.Parse(new byte[97], ConsensusNames.Qbft));
        Assert.Throws<FormatException>(() => BftExtraData.Parse(Array.Empty<byte>(), ConsensusNames.Qbft));
        Assert.Throws<FormatException>(() => BftExtraData.Parse((byte[])[.. Rlp.EncodeList([Vanity, Validators, EmptyList, Empty, Seals]), 0], ConsensusNames.Qbft));
        Assert.Throws<ArgumentException>(() => BftExtraData.Parse(Array.Empty<byte>(), ConsensusNames.Clique));
    }

    [Fact]
    public void Reads_no_more_validators_and_seals_than_it_says()
    {
        var most = Rlp.EncodeList(Enumerable.Repeat(Validator, BftExtraData.MaxValidators));
        Assert.Equal(BftExtraData.MaxValidators, Qbft(Vanity, most, EmptyList, Empty, Seals).Validators.Count);
        var many = Rlp.EncodeList(Enumerable.Repeat(Validator, BftExtraData.MaxValidators + 1));
        Assert.Contains("validators", Assert.Throws<FormatException>(() => Qbft(Vanity, many, EmptyList, Empty, Seals)).Message, StringComparison.Ordinal);
        var seals = Rlp.EncodeList(Enumerable.Repeat(Rlp.Encode(new byte[65]), BftExtraData.MaxValidators + 1));
        Assert.Contains("seals", Assert.Throws<FormatException>(() => Qbft(Vanity, Validators, EmptyList, Empty, seals)).Message, StringComparison.Ordinal);
    }

    private static BftExtraData Qbft(params byte[][] items) => BftExtraData.Parse(Rlp.EncodeList(items), ConsensusNames.Qbft);

    private static BftExtraData Ibft2(params byte[][] items) => BftExtraData.Parse(Rlp.EncodeList(items), ConsensusNames.Ibft2);
}
