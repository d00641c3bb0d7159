using System.Globalization;
using Evidence.Core.Trust;

namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// Chooses the headers of a history: is shown each header of the chain once, in order, keeps none, and says at the end which ones prove every change of the validators behind
/// what trust.json names. It counts votes and checks no seal: what it chose is to be followed before it is given to anyone.
/// </summary>
public abstract class HistorySelection
{
    private readonly List<HistorySpan> _spans = [];
    private readonly VoteTally _tally;

    private protected HistorySelection(TrustedChain chain, ulong first, HistorySpan start)
    {
        (Chain, First, Start) = (chain, first, start);
        _spans.Add(start);
        var known = chain.Validators.Where(range => range.From <= first).MaxBy(static range => range.From)!;
        _tally = new VoteTally(ValidatorSet.Of(known), keepsIdleVotes: ConsensusNames.HasCommitSeals(chain.Consensus));
    }

    /// <summary>Height of the first header to show.</summary>
    public ulong First { get; }

    /// <summary>The last height that trust.json names validators for.</summary>
    public ulong KnownTo => LastOf(Chain).To!.Value;

    private protected TrustedChain Chain { get; }

    /// <summary>What is in the history even where nobody was voted on: the validators of the blocks behind it would not be known otherwise.</summary>
    private protected HistorySpan Start { get; }

    /// <param name="chain">What trust.json says; its last range must have an end.</param>
    /// <exception cref="HistoryException">The chain's consensus lets no history begin where trust.json names the validators.</exception>
    public static HistorySelection Of(TrustedChain chain) => chain.Consensus == ConsensusNames.Clique ? CliqueHistorySelection.Make(chain) : CommittedHistorySelection.Make(chain);

    /// <summary>Looks at the next header.</summary>
    /// <exception cref="HistoryException">It lists other validators than those who follow from the votes.</exception>
    public void Take(BlockHeader header)
    {
        var before = _tally.Set;
        if (Listed(header) is { } listed && !before.IsSameAs(listed)) throw Differs(header, before, listed);
        if (header.Number % Chain.Epoch == 0) Lapse(header);
        else if (VoteIn(header) is { } vote) Count(header, vote, before);
        Built(header);
    }

    /// <summary>The spans of heights whose headers make up the history, ascending, with gaps between them.</summary>
    /// <exception cref="HistoryException">A change is not final yet.</exception>
    public IReadOnlyList<HistorySpan> Spans()
    {
        CheckFinal();
        List<HistorySpan> joined = [];
        foreach (var span in _spans.OrderBy(static span => span.From))
        {
            if (joined is [.., var last] && span.From <= last.To + 1) joined[^1] = last with { To = Math.Max(last.To, span.To) };
            else joined.Add(span);
        }

        // What changed below is named by trust.json.
        return joined.FindAll(span => span.To >= Math.Min(KnownTo, Start.To));
    }

    /// <summary>Says that a history up to a span would be longer than verifiers read, and what shortens it.</summary>
    public HistoryException TooLong(HistorySpan span) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The history would have more than {ValidatorHistory.MaxHeaders} headers, or 4 MiB, with those from block {span.From} to block {span.To}, and no verifier reads it. Name the validators of the blocks from {span.To + 1} on in trust.json, by a range that goes to block {RestartBehind(span.To + 1)} at least; the history then begins there."));

    private protected static ValidatorRange LastOf(TrustedChain chain) => chain.Validators.MaxBy(static range => range.From)!;

    /// <summary>The last height at or below what trust.json names at which votes lapse.</summary>
    private protected static ulong EpochOf(TrustedChain chain)
    {
        var to = LastOf(chain).To!.Value;
        return to - to % chain.Epoch;
    }

    /// <summary>The validators in the header; null where none are expected in it.</summary>
    private protected abstract IReadOnlyList<string>? Listed(BlockHeader header);

    private protected abstract ValidatorVote? VoteIn(BlockHeader header);

    private protected virtual void Lapse(BlockHeader header) => _tally.Reset();

    /// <summary>A vote was counted, with which the validators may have changed.</summary>
    private protected abstract void Counted(BlockHeader header, ValidatorVote vote, ValidatorSet before, bool changes);

    /// <summary>A header was built on those before it.</summary>
    private protected abstract void Built(BlockHeader header);

    private protected abstract void CheckFinal();

    /// <summary>The first height, at or behind another, up to which validators must be named for a history to begin there.</summary>
    private protected abstract ulong RestartBehind(ulong height);

    private protected void Add(ulong from, ulong to) => _spans.Add(new HistorySpan(from, to));

    private void Count(BlockHeader header, ValidatorVote vote, ValidatorSet before) => Counted(header, vote, before, _tally.Cast(vote));

    private static HistoryException Differs(BlockHeader header, ValidatorSet expected, IReadOnlyList<string> listed) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Block {header.Number} lists {(listed.Count == 0 ? "no validators" : string.Join(", ", listed))}, and from trust.json and the votes follow {expected}. {(listed.Count == 0 ? "A contract keeps them, and no history of headers proves who they are" : "They were changed by no vote, or trust.json is wrong about them")}: name the validators of that block and of those behind it in trust.json, by a range of their own."));
}

/// <summary>Headers from one height to another, both included.</summary>
public readonly record struct HistorySpan(ulong From, ulong To)
{
    /// <summary>How many they are.</summary>
    public ulong Count => To - From + 1;
}
