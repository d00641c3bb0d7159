using Evidence.Core.Trust;

namespace Evidence.Core.Chain.Consensus;

/// <summary>QBFT and IBFT 2.0: each header lists its validators and is final, so a change needs only the headers from the first vote that it took on.</summary>
internal sealed class CommittedHistorySelection : HistorySelection
{
    private readonly List<(ulong Height, ValidatorVote Vote)> _votes = [];

    private CommittedHistorySelection(TrustedChain chain, ulong first, HistorySpan start) : base(chain, first, start)
    {
    }

    internal static CommittedHistorySelection Make(TrustedChain chain)
    {
        var (last, first) = (LastOf(chain), EpochOf(chain) + 1);
        // Votes that stand already count for changes to come.
        if (first <= last.To && ValidatorSet.At(chain, first) is null) first = last.From;
        return new CommittedHistorySelection(chain, first, new HistorySpan(last.To!.Value + 1, last.To.Value + 1));
    }

    private protected override IReadOnlyList<string> Listed(BlockHeader header) => [.. BftExtraData.Parse(header.ExtraData, Chain.Consensus).Validators.Select(static address => Hex.Of(address))];

    private protected override ValidatorVote? VoteIn(BlockHeader header) =>
        BftExtraData.Parse(header.ExtraData, Chain.Consensus).Vote is { } vote ? new ValidatorVote(Hex.Of(header.Beneficiary), Hex.Of(vote.Recipient), vote.Adds) : null;

    private protected override void Lapse(BlockHeader header)
    {
        base.Lapse(header);
        _votes.Clear();
    }

    private protected override void Counted(BlockHeader header, ValidatorVote vote, ValidatorSet before, bool changes)
    {
        _votes.Add((header.Number, vote));
        if (!changes) return;
        var adds = !before.Contains(vote.Subject);
        // As many as it takes, the newest first: those before them may be missed.
        var needed = _votes.Where(cast => cast.Vote.Subject == vote.Subject).Reverse().DistinctBy(static cast => cast.Vote.Voter).Where(cast => cast.Vote.Adds == adds).Take(before.Majority);
        Add(needed.Min(static cast => cast.Height), header.Number);
        _votes.RemoveAll(cast => cast.Vote.Subject == vote.Subject || (!adds && cast.Vote.Voter == vote.Subject));
    }

    private protected override void Built(BlockHeader header)
    {
        // The seals in the header itself are all that there is to wait for.
    }

    private protected override void CheckFinal()
    {
        // As above.
    }

    private protected override ulong RestartBehind(ulong height) => height;
}
