using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;

namespace Evidence.Tests.VerifyJs;

/// <summary>Chains whose validators vote, counted rightly or not, with histories that are whole or are not, under a trust.json that goes far enough or does not.</summary>
internal sealed class HistoryMutations(Random random)
{
    internal FuzzCase Make(int index)
    {
        var consensus = Any(TestConsortium.SealedKinds);
        var (epoch, first) = (Any<ulong>([6, 9, TrustedChain.UsualEpoch]), (ulong)Any([1, 1, 1, 2, 6, 7]));
        var chain = new VotingChain(consensus, [.. Enumerable.Range(0, random.Next(1, 5))], epoch, first);
        chain.Pass(random.Next(1, 3));
        Vote(chain, epoch);
        chain.Pass(random.Next(6));
        var anchor = SoundPackages.On(chain);
        return new FuzzCase($"{consensus} history {index}", SoundPackages.With(anchor, History(chain)), SoundPackages.Trust(Trusted(chain)), IsSound: true);
    }

    private void Vote(VotingChain chain, ulong epoch)
    {
        var members = Enumerable.Range(0, chain.Now.Keys.Count).ToList();
        var tally = TallyOf(chain, members);
        for (var votes = random.Next(9); votes > 0; votes--)
        {
            var (voter, subject, adds) = (Any(members), random.Next(6), random.Next(2) == 0);
            chain.Vote(voter, subject, adds);
            if (random.Next(20) == 0) continue;
            if (chain.Headers[^1].Number % epoch == 0) tally.Reset();
            if (!tally.Cast(new ValidatorVote(AddressOf(voter), AddressOf(subject), adds)) || tally.Set.Count == 0) continue;
            members = [.. Enumerable.Range(0, 6).Where(member => tally.Set.Contains(AddressOf(member)))];
            chain.Becomes(members);
        }
    }

    private static VoteTally TallyOf(VotingChain chain, List<int> members) =>
        new(ValidatorSet.Of(new ValidatorRange(0, null, [.. members.Select(AddressOf)])), keepsIdleVotes: chain.Now.Consensus != ConsensusNames.Clique);

    private ValidatorHistory? History(VotingChain chain)
    {
        List<byte[]> headers = [.. chain.History.Headers.Select(static header => header.ToArray())];
        switch (random.Next(8))
        {
            case 0:
                return null;
            case 1:
                headers.RemoveAt(random.Next(headers.Count));
                break;
            case 2:
                var changed = Any(headers);
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                headers.RemoveRange(0, random.Next(headers.Count));
                break;
            case 4:
                headers.RemoveRange(random.Next(1, headers.Count + 1) - 1, 1);
                headers.Reverse();
                break;
        }

        return new ValidatorHistory(headers);
    }

    private TrustedChain Trusted(VotingChain chain)
    {
        var trusted = chain.TrustedTo((ulong)random.Next(1, 12));
        var range = trusted.Validators[0];
        return random.Next(7) switch
        {
            0 => trusted with { Epoch = (ulong)random.Next(1, 12) },
            1 => trusted with { Validators = [range, new ValidatorRange(range.To!.Value + 2, range.To.Value + 4, random.Next(2) == 0 ? range.Addresses : [AddressOf(5)])] },
            2 => trusted with { Validators = [range with { From = range.To!.Value }] },
            3 => trusted with { FollowsHistory = false },
            _ => trusted,
        };
    }

    private static string AddressOf(int key) => TestConsortium.AddressOf(TestConsortium.Key(key));

    private T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
