using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>Who sealed the headers of an unbroken chain, one after the other (EIP-225).</summary>
internal sealed class CliqueSigners(FindingList list)
{
    private readonly List<string> _signers = [], _counted = [];

    /// <summary>The signer of each header, where his seal counts; empty for nobody.</summary>
    internal List<string> Counted => _counted;

    internal void Add(BlockHeader header, ValidatorSet set)
    {
        var subject = $"seal of block {Number(header.Number)}";
        var signer = CliqueSeal.SignerOf(header);
        if (signer is null) list.Warning(FindingCodes.ValidatorSealsUnreadable, subject, "The extra data holds no seal from which a signer could be recovered.");
        else if (!set.Contains(signer)) list.Warning(FindingCodes.ValidatorSealUnexpected, subject, $"It is not by a signer whom {set.NamedBy} names for this height.", set.ToString(), signer);
        else if (_signers.TakeLast(set.Majority - 1).Contains(signer, StringComparer.Ordinal))
            list.Warning(FindingCodes.ValidatorSealDoubled, subject, $"Its signer has sealed one of the {Number((ulong)set.Majority - 1)} blocks before it already.", null, signer);
        _signers.Add(signer ?? "");
        _counted.Add(signer is not null && set.Contains(signer) ? signer : "");
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
