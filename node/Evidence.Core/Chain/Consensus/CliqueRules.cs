using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>The rules that EIP-225 sets for one sealed header.</summary>
internal sealed class CliqueRules(BlockHeader header, ValidatorSet set, ulong epoch, FindingList list)
{
    private static readonly byte[] NonceDrop = new byte[8], NonceAdd = [.. Enumerable.Repeat((byte)0xff, 8)], NoMix = new byte[32], NoVote = new byte[20];

    private bool IsCheckpoint => epoch > 0 && header.Number % epoch == 0;

    internal void Run(BlockHeader? parent)
    {
        CheckFixedFields();
        CheckVote();
        CheckListed();
        CheckDifficulty();
        if (parent is not null && header.Timestamp <= parent.Timestamp) Broken("timestamp", "It is not later than that of the block before.", $"more than {Number(parent.Timestamp)}", Number(header.Timestamp));
    }

    private void CheckFixedFields()
    {
        if (!header.MixHash.AsSpan().SequenceEqual(NoMix)) Broken("mixHash", "It is not zero.", Hex.Of(NoMix), Hex.Of(header.MixHash));
        if (!header.UnclesHash.AsSpan().SequenceEqual(BlockHeader.NoUncles)) Broken("sha3Uncles", "A Clique block has no uncles.", Hex.Of(BlockHeader.NoUncles), Hex.Of(header.UnclesHash));
    }

    private void CheckVote()
    {
        var nonce = header.Nonce;
        if (!nonce.AsSpan().SequenceEqual(NonceDrop) && !nonce.AsSpan().SequenceEqual(NonceAdd)) Broken("nonce", "It is no vote, neither to add nor to drop.", null, Hex.Of(nonce));
        if (!IsCheckpoint) return;
        if (!nonce.AsSpan().SequenceEqual(NonceDrop) || !header.Beneficiary.AsSpan().SequenceEqual(NoVote)) Broken("vote", "A checkpoint holds no vote.", null, $"{Hex.Of(header.Beneficiary)}, {Hex.Of(nonce)}");
    }

    private void CheckListed()
    {
        var subject = $"signers of block {Number(header.Number)}";
        if (CliqueSeal.Listed(header) is not { } listed) list.Error(FindingCodes.ValidatorSealsUnreadable, subject, "The extra data is not 32 bytes of vanity, whole addresses, and a seal of 65 bytes.");
        else if (!IsCheckpoint && listed.Count > 0) list.Error(FindingCodes.SealingRuleBroken, subject, $"The header lists signers, and its height is no multiple of the epoch of {Number(epoch)}.", null, string.Join(", ", listed));
        else if (IsCheckpoint && !listed.SequenceEqual(set.Addresses, StringComparer.Ordinal))
            list.Warning(FindingCodes.ValidatorsDiffer, subject, $"The checkpoint does not list the signers that {set.NamedBy} names, in order.", set.ToString(), string.Join(", ", listed));
    }

    /// <summary>2 in turn, 1 out of turn. Whose turn it is follows from the set, so a wrong one may be the fault of trust.json; any other value is not.</summary>
    private void CheckDifficulty()
    {
        var difficulty = header.Difficulty.Span;
        if (difficulty is not ([1] or [2])) Broken("difficulty", "It is neither 1 nor 2.", null, Hex.Of(difficulty));
        else if (CliqueSeal.SignerOf(header) is { } signer && set.Contains(signer) && (difficulty[0] == 2) != set.InTurn(signer, header.Number))
            list.Warning(FindingCodes.SealingRuleBroken, $"difficulty of block {Number(header.Number)}", "It is not that of the signer's turn.", set.InTurn(signer, header.Number) ? "2" : "1", Number(difficulty[0]));
    }

    private void Broken(string field, string message, string? expected, string actual) =>
        list.Error(FindingCodes.SealingRuleBroken, $"{field} of block {Number(header.Number)}", message, expected, actual);

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
