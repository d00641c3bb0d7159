using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// Clique: no header but a checkpoint lists the signers, so votes that are not known could have changed them unseen. A run begins where no vote stands: at a checkpoint, or
/// right behind one if trust.json names the signers there. And what no majority has built on, a few could have made.
/// </summary>
internal sealed class CliqueHistoryRun(TrustedChain chain, FindingList list) : HistoryRun(chain, list)
{
    private static readonly byte[] Adds = [.. Enumerable.Repeat((byte)0xff, 8)];

    private readonly CliqueSigners _signers = new(list);
    private readonly List<(int From, ValidatorSet Set)> _open = [];
    private BlockHeader? _parent;

    internal override bool IsFinal => _open.TrueForAll(open => _signers.Counted.Skip(open.From).Where(open.Set.Contains).Distinct(StringComparer.Ordinal).Take(open.Set.Majority).Count() == open.Set.Majority);

    internal override bool MayBegin(BlockHeader first, bool isNamed) => first.Number > 0 && (first.Number % Chain.Epoch == 0 || (isNamed && first.Number % Chain.Epoch == 1));

    internal override ValidatorVote? Take(BlockHeader header, ValidatorSet set)
    {
        new CliqueRules(header, set, Chain.Epoch, List).Run(_parent);
        _signers.Add(header, set);
        _parent = header;
        return new ValidatorVote(_signers.Counted[^1], Hex.Of(header.Beneficiary), IsToAdd(header));
    }

    /// <summary>Whether the vote in a header is one to add a signer.</summary>
    internal static bool IsToAdd(BlockHeader header) => header.Nonce.AsSpan().SequenceEqual(Adds);

    internal override void MustBeBuiltOn(ValidatorSet set) => _open.Add((_signers.Counted.Count - 1, set));
}
