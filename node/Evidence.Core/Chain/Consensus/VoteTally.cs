namespace Evidence.Core.Chain.Consensus;

/// <summary>A validator's vote in a header: to add somebody to the validators, or to drop one of them. Addresses are lower-case hex with 0x.</summary>
internal readonly record struct ValidatorVote(string Voter, string Subject, bool Adds);

/// <summary>
/// The votes that stand, and the validators who follow from them: as Clique counts (EIP-225), and as QBFT and IBFT 2.0 do. They differ in one thing: Clique lets a vote
/// for what is so already lapse at once, the others keep it.
/// </summary>
internal sealed class VoteTally(ValidatorSet set, bool keepsIdleVotes)
{
    private readonly Dictionary<string, Dictionary<string, bool>> _votes = new(StringComparer.Ordinal);

    /// <summary>The validators of the next block.</summary>
    internal ValidatorSet Set { get; private set; } = set;

    /// <summary>Lets every vote lapse, as it is at each epoch.</summary>
    internal void Reset() => _votes.Clear();

    /// <summary>Counts a vote; true when with it the validators change.</summary>
    internal bool Cast(ValidatorVote vote)
    {
        if (!_votes.TryGetValue(vote.Subject, out var onSubject)) _votes.Add(vote.Subject, onSubject = new(StringComparer.Ordinal));
        onSubject.Remove(vote.Voter);
        var isMember = Set.Contains(vote.Subject);
        if (keepsIdleVotes || vote.Adds != isMember) onSubject.Add(vote.Voter, vote.Adds);
        // Either way, and not only the vote's own: where the validators have become fewer, votes that did not suffice may do so at the next touch.
        return TryPass(vote.Subject, onSubject, adds: true, isMember) || TryPass(vote.Subject, onSubject, adds: false, isMember);
    }

    private bool TryPass(string subject, Dictionary<string, bool> onSubject, bool adds, bool isMember)
    {
        if (onSubject.Values.Count(vote => vote == adds) < Set.Majority) return false;
        _votes.Remove(subject);
        if (adds == isMember) return false;
        Set = adds ? Set.With(subject) : Set.Without(subject);
        // Whoever is no validator has no say: his votes on others go with him.
        if (!adds) foreach (var others in _votes.Values) others.Remove(subject);
        return true;
    }
}
