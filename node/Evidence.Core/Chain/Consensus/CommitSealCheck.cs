using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>The commit seals of a QBFT or IBFT 2.0 header: by at least two thirds of the validators, each once.</summary>
internal sealed class CommitSealCheck(BlockHeader header, string consensus, BftExtraData extra, ValidatorSet set, FindingList list)
{
    /// <summary>What every header of these chains has as its mix hash: "ctical byzantine fault tolerance" (EIP-650).</summary>
    internal static readonly byte[] MixHash = Convert.FromHexString("63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365");

    private readonly string _number = header.Number.ToString(CultureInfo.InvariantCulture);
    private readonly HashSet<string> _committed = new(StringComparer.Ordinal);

    internal static BftExtraData? Read(BlockHeader header, string consensus, FindingList list)
    {
        try
        {
            return BftExtraData.Parse(header.ExtraData, consensus);
        }
        catch (FormatException e)
        {
            list.Warning(FindingCodes.ValidatorSealsUnreadable, string.Create(CultureInfo.InvariantCulture, $"seals of block {header.Number}"), $"The extra data is not that of a {consensus} header: {e.Message}");
            return null;
        }
    }

    internal BlockHeader? Run()
    {
        CheckFixedFields();
        CheckListed();
        var hash = header.HashWith(extra.ForCommitSeals);
        for (var i = 0; i < extra.Seals.Count; i++) Count(i, SealSignature.SignerOf(hash, extra.Seals[i]));
        return Judge() ? header : null;
    }

    private void CheckFixedFields()
    {
        if (!header.MixHash.AsSpan().SequenceEqual(MixHash)) Broken("mixHash", Hex.Of(MixHash), Hex.Of(header.MixHash));
        if (!header.UnclesHash.AsSpan().SequenceEqual(BlockHeader.NoUncles)) Broken("sha3Uncles", Hex.Of(BlockHeader.NoUncles), Hex.Of(header.UnclesHash));
        if (!header.Difficulty.Span.SequenceEqual([(byte)1])) Broken("difficulty", "0x01", Hex.Of(header.Difficulty.Span));
    }

    private void Broken(string field, string expected, string actual) =>
        list.Error(FindingCodes.SealingRuleBroken, $"{field} of block {_number}", $"No {consensus} header has this {field}.", expected, actual);

    /// <summary>Where a contract keeps the validators, the list is empty (QBFT), and only trust.json can say who they are.</summary>
    private void CheckListed()
    {
        var subject = $"validators of block {_number}";
        var isEmpty = extra.Validators.Count == 0 && consensus == ConsensusNames.Qbft;
        var listed = extra.Validators.Select(static address => Hex.Of(address)).ToList();
        if (isEmpty && set.IsProven) list.Warning(FindingCodes.ValidatorsInContract, subject, "The header names no validators: a contract keeps them, and no history of headers proves who they are.", set.ToString());
        else if (!isEmpty && !set.IsSameAs(listed)) list.Warning(FindingCodes.ValidatorsDiffer, subject, $"The header names other validators than {set.NamedBy}.", set.ToString(), string.Join(", ", listed));
    }

    private void Count(int index, string? signer)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"seal {index} of block {_number}");
        if (signer is null) list.Error(FindingCodes.ValidatorSealsUnreadable, subject, "It is no signature of anyone.");
        else if (!set.Contains(signer)) list.Warning(FindingCodes.ValidatorSealUnexpected, subject, $"It is not by a validator whom {set.NamedBy} names for this height.", set.ToString(), signer);
        else if (!_committed.Add(signer)) list.Error(FindingCodes.ValidatorSealDoubled, subject, "The same validator has a seal in this header already.", null, signer);
    }

    private bool Judge()
    {
        var names = string.Join(", ", _committed.Order(StringComparer.Ordinal));
        if (_committed.Count < set.CommitQuorum)
        {
            list.Warning(FindingCodes.ValidatorSealsMissing, $"seals of block {_number}", "Fewer validators have sealed the block than make it final.", Number(set.CommitQuorum), $"{Number(_committed.Count)}{(names.Length > 0 ? $" ({names})" : "")}");
            return false;
        }

        list.Ground($"Ledger: {Number(_committed.Count)} of the {Number(set.Count)} validators that {set.NamedBy} names for block {_number} have sealed it ({names}); {Number(set.CommitQuorum)} make it final ({consensus}).");
        list.Ground($"Ledger: the time of block {_number} is the one that its proposer chose; whoever sealed it agreed to it.");
        return true;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
