using System.Globalization;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>What following a history of headers gave.</summary>
/// <param name="Chain">What trust.json says of the chain.</param>
/// <param name="Findings">Why the history does not hold; then it proves nothing.</param>
/// <param name="Sets">The validators from each height on at which they became known or changed, ascending.</param>
/// <param name="Headers">The headers by height.</param>
internal sealed record ProvenValidators(
    TrustedChain Chain, IReadOnlyList<Finding> Findings, IReadOnlyList<(ulong From, ValidatorSet Set)> Sets, SortedList<ulong, BlockHeader> Headers)
{
    /// <summary>One sentence: on what the sets rest.</summary>
    internal string Ground => string.Create(
        CultureInfo.InvariantCulture,
        $"Ledger: who the validators are where trust.json does not say so follows from the votes in {Headers.Count} headers from block {Headers.Keys[0]} to block {Headers.Keys[^1]}, sealed by those who were in force before: from block {Sets[^1].From} on {Sets[^1].Set}, as far as those headers go.");

    /// <summary>The set at a height of which trust.json says nothing; null when nothing is proven of it.</summary>
    internal ValidatorSet? At(ulong number)
    {
        if (Findings.Count > 0 || number < Headers.Keys[0]) return null;
        var last = Headers.Keys.Last(height => height <= number);
        // A later word of trust.json outdates the history.
        return Chain.Validators.Any(range => range.From > last && range.From <= number) ? null : Sets.Last(entry => entry.From <= number).Set;
    }

    /// <summary>Whether a block is not at odds with the headers: the same one at the same height, and on top of the one below it.</summary>
    internal bool IsOfSameChain(BlockHeader header) =>
        !(Headers.TryGetValue(header.Number, out var same) && !Hash(same).AsSpan().SequenceEqual(Hash(header))) &&
        !(header.Number > 0 && Headers.TryGetValue(header.Number - 1, out var parent) && !Hash(parent).AsSpan().SequenceEqual(header.ParentHash));

    private byte[]? Hash(BlockHeader header) => BlockHash.TryOf(header, Chain.Consensus);
}
