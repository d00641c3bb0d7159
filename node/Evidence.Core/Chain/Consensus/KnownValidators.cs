using System.Globalization;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>Who the validators of each block are: whom trust.json names, and where it names nobody and allows it, who follows from a history of headers. What trust.json says is never asked of the history.</summary>
internal sealed class KnownValidators(TrustedChain chain, ValidatorHistory? history, FindingList list)
{
    private ProvenValidators? _proven;

    /// <summary>The set at a height; a warning where it is not known.</summary>
    internal ValidatorSet? At(ulong number)
    {
        if (ValidatorSet.At(chain, number) is { } named) return named;
        if (_proven is null && history is not null && chain.FollowsHistory)
        {
            _proven = history.Under(chain);
            list.Add(_proven.Findings);
        }

        if (_proven?.At(number) is { } proven) return proven;
        list.Warning(FindingCodes.SealsUnchecked, "seals", string.Create(CultureInfo.InvariantCulture, $"trust.json does not say who the validators of block {number} are{Why}."));
        return null;
    }

    private string Why => history is null ? "" : chain.FollowsHistory ? ", and no history of headers proves it" : ", and does not allow the package's history of headers to prove it (chain.history)";

    /// <summary>Where the history was asked: whether it is one of the chain that the headers are on.</summary>
    internal void Compare(HeaderChain headers)
    {
        if (_proven is not { Findings.Count: 0 } proven) return;
        var stray = headers.Following.Prepend(headers.First).FirstOrDefault(header => !proven.IsOfSameChain(header));
        if (stray is null) list.Ground(proven.Ground);
        else list.Warning(FindingCodes.HistoryElsewhere, string.Create(CultureInfo.InvariantCulture, $"block {stray.Number}"), "The block is on another chain than the history of headers that is to prove its validators.");
    }
}
