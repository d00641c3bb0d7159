using System.Globalization;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>A chain of Clique headers (EIP-225): all sealing rules, and whether more than half of the signers stand in it, the first block's own included.</summary>
internal sealed class CliqueCheck(TrustedChain chain, KnownValidators known, FindingList list)
{
    private readonly CliqueSigners _signers = new(list);
    private ulong _first;
    private int _needed;

    internal BlockHeader? Run(HeaderChain headers)
    {
        _first = headers.First.Number;
        if (known.At(_first) is not { } set) return null;
        BlockHeader? parent = null;
        BlockHeader[] all = [headers.First, .. headers.Following];
        foreach (var header in all)
        {
            if (known.At(header.Number) is not { } own) return null;
            _needed = Math.Max(_needed, own.Majority);
            new CliqueRules(header, own, chain.Epoch, list).Run(parent);
            _signers.Add(header, own);
            parent = header;
        }

        return Judge(set, all);
    }

    /// <summary>Only those count who were signers at the first block's height: later ones could have been voted in by a minority's branch.</summary>
    /// <returns>The header whose seal made them a majority: until then a few could have given their blocks any time.</returns>
    private BlockHeader? Judge(ValidatorSet set, BlockHeader[] all)
    {
        var distinct = _signers.Counted.Where(set.Contains).Distinct(StringComparer.Ordinal).ToList();
        var names = string.Join(", ", distinct);
        if (distinct.Count < _needed)
        {
            list.Warning(
                FindingCodes.ValidatorSealsMissing, $"seals of block {Number(_first)}", "Fewer signers have built on the block than are more than half of them.",
                Number((ulong)_needed), $"{Number((ulong)distinct.Count)}{(names.Length > 0 ? $" ({names})" : "")}");
            return null;
        }

        list.Ground($"Ledger: {Number((ulong)distinct.Count)} of the {Number((ulong)set.Count)} signers that {set.NamedBy} names for block {Number(_first)} have sealed it or a block that follows it, up to block {Number(all[^1].Number)} ({names}): a majority built on it; no BFT finality (clique).");
        var majority = all[_signers.Counted.IndexOf(distinct[_needed - 1])];
        list.Ground($"Ledger: the time is that of block {Number(majority.Number)}, with which a majority had sealed; its signer chose it.");
        return majority;
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
