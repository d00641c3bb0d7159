using System.Runtime.CompilerServices;

namespace Evidence.Core.Hashing;

/// <summary>
/// The messages that are long beside all the others: they go first, the longest before the others, and those that would keep one lane busy long after all the others have nothing left to do are for the framework alone.
/// </summary>
internal struct LongMessages
{
    private const int Most = 4 * LaneSha256.MostLanes;
    private const int CallCost = 9; // of the framework, in the time that it takes for a block of a long message

    private readonly long _longFrom;
    private Indexes _sorted;
    private readonly int _alone;
    private int _count;
    private int _taken;

    internal LongMessages(LaneSha256 way, ReadOnlySpan<MessageRange> messages, byte? prefix)
    {
        long total = 0;
        foreach (var message in messages) total += Lane.BlocksOf(message.Length, prefix);
        // At least a quarter of a lane's share: there cannot be more of them than fit. Short ones are in order soon whatever the order.
        _longFrom = Math.Max((total * Sha256Words.BlockSize / Most) + Sha256Words.BlockSize, Lane.ScratchSize);
        for (var i = 0; i < messages.Length; i++)
            if (IsLong(messages[i])) Insert(messages, i);
        _alone = CountAlone(way, messages, prefix, total);
    }

    /// <summary>Whether a message is among them.</summary>
    internal readonly bool IsLong(MessageRange message) => message.Length >= _longFrom;

    /// <summary>The next of them, and whether it is for the framework.</summary>
    internal bool TryTake(out int message, out bool alone)
    {
        (message, alone) = (_taken < _count ? _sorted[_taken] : -1, _taken < _alone);
        return message >= 0 && ++_taken > 0;
    }

    private void Insert(ReadOnlySpan<MessageRange> messages, int message)
    {
        var at = _count++;
        for (; at > 0 && messages[_sorted[at - 1]].Length < messages[message].Length; at--) _sorted[at] = _sorted[at - 1];
        _sorted[at] = message;
    }

    // With the longest i of them left to the framework, the longest of the others or the sum of all others bounds the time of the lanes.
    private readonly int CountAlone(LaneSha256 way, ReadOnlySpan<MessageRange> messages, byte? prefix, long total)
    {
        var (alone, best, apart) = (0, long.MaxValue, 0L);
        for (var i = 0; i <= _count; i++)
        {
            var longest = i < _count ? Lane.BlocksOf(messages[_sorted[i]].Length, prefix) : Math.Min(total, _longFrom / Sha256Words.BlockSize);
            var cost = apart + (Math.Max(longest, total / way.Lanes) * way.StepCost);
            if (cost < best) (alone, best) = (i, cost);
            total -= longest;
            apart += longest + CallCost;
        }

        return alone;
    }

    [InlineArray(Most)]
    private struct Indexes
    {
        private int _first;
    }
}
