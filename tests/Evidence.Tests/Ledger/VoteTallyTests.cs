using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;

namespace Evidence.Tests.Ledger;

/// <summary>How votes are counted: the cases that EIP-225 publishes for Clique, and what QBFT and IBFT 2.0 do otherwise.</summary>
public sealed class VoteTallyTests
{
    /// <summary>Signers; the blocks, each its signer, and whom it votes to add (+) or to drop (-), or that votes lapse (!); the signers who follow. From the test cases in the text of EIP-225.</summary>
    public static TheoryData<string, string, string> Published() => new()
    {
        { "A", "A", "A" }, // no votes cast
        { "A", "A+B B A+C", "AB" }, // the second needs two votes
        { "AB", "A+C B+C A+D B+D C A+E B+E", "ABCD" }, // the third needs three
        { "A", "A-A", "" }, // dropping oneself
        { "AB", "A-B", "AB" }, // mutual consent, not fulfilled
        { "AB", "A-B B-B", "A" },
        { "ABC", "A-C B-C", "AB" },
        { "ABCD", "A-C B-C", "ABCD" }, // two of four are not enough
        { "ABCD", "A-D B-D C-D", "ABC" },
        { "AB", "A+C B A+C B A+C", "AB" }, // counted once for each signer and target
        { "AB", "A+C B A+D B A B+D A B+C", "ABCD" }, // several at a time
        { "AB", "A-B B A-B B A-B", "AB" },
        { "ABCD", "A-C B C A-D B C A B-D C-D A B-C", "AB" },
        { "ABC", "C-B A-C B-C A-B", "AB" }, // votes of the dropped are discarded at once
        { "ABC", "C+D A-C B-C A+D", "AB" },
        { "ABCD", "A-C B C A-D B-C C A B-D C-D", "ABC" }, // no cascade
        { "ABCD", "A-C B C A-D B-C C A B-D C-D A C+C", "AB" }, // what came to suffice is done at a touch
        { "ABCD", "A-C B C A-D B-C C A B-D C-D A B+C", "ABC" }, // or no longer suffices at it
        { "ABCDE", "A+F B+F C+F D-F E-F B-F C-F D+F E+F B-A C-A D-A B+F", "BCDEF" }, // no pending vote survives a change of status
        { "AB", "A+C B ! B+C", "AB" }, // an epoch lets all votes lapse
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Counts_as_eip_225_does(string signers, string blocks, string expected) => Assert.Equal(expected, Count(signers, blocks, keepsIdleVotes: false));

    /// <summary>Where it does not matter whether a vote for what is so already is kept, all count alike.</summary>
    [Theory]
    [MemberData(nameof(Published))]
    public void Counts_alike_for_qbft_and_ibft2(string signers, string blocks, string expected) => Assert.Equal(expected, Count(signers, blocks, keepsIdleVotes: true));

    [Fact]
    public void Keeps_votes_for_what_is_so_already_with_qbft_and_ibft2_alone()
    {
        // A majority for what is so already ends the matter, and with it the votes against.
        Assert.Equal("ABC", Count("ABC", "A-C B+C C+C B-C", keepsIdleVotes: true));
        Assert.Equal("AB", Count("ABC", "A-C B+C C+C B-C", keepsIdleVotes: false));
    }

    private static string Count(string signers, string blocks, bool keepsIdleVotes)
    {
        var tally = new VoteTally(ValidatorSet.Of(new ValidatorRange(0, null, [.. signers.Select(AddressOf)])), keepsIdleVotes);
        foreach (var block in blocks.Split(' '))
        {
            if (block == "!") tally.Reset();
            else if (block is [var voter, var sign, var subject]) tally.Cast(new ValidatorVote(AddressOf(voter), AddressOf(subject), sign == '+'));
        }

        return string.Concat(tally.Set.Addresses.Select(static address => address[^1])).ToUpperInvariant();
    }

    private static string AddressOf(char name) => "0x" + new string(char.ToLowerInvariant(name), 40);
}
