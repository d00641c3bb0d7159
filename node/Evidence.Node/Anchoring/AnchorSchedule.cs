using Evidence.Node.Configuration;

namespace Evidence.Node.Anchoring;

/// <summary>When the next anchor is due: enough records wait, or one has waited long enough.</summary>
internal sealed class AnchorSchedule(LedgerSection ledger, TimeProvider time)
{
    /// <summary>What a chain with slow blocks may need beyond the schedule.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private long? _waitingSince;
    private long _askedLast;
    private ulong _anchored;

    /// <summary>How long the first record that waits for its anchor may have waited; zero when none waits.</summary>
    internal TimeSpan Waiting => _waitingSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Whether that is far longer than it should be.</summary>
    internal bool IsStalled => Waiting > (4 * ledger.AnchorEvery) + Patience;

    /// <summary>Asked again and again while records come.</summary>
    /// <param name="size">Leaves of the log.</param>
    /// <param name="anchored">Leaves that are anchored.</param>
    internal bool IsDue(ulong size, ulong anchored)
    {
        var now = time.GetTimestamp();
        // What an anchor left out came after it was last found due, which was before it was handed in.
        if (anchored != _anchored) (_anchored, _waitingSince) = (anchored, _waitingSince is null ? null : _askedLast);
        _askedLast = now;
        if (size <= anchored)
        {
            _waitingSince = null;
            return false;
        }

        _waitingSince ??= now;
        return size - anchored >= ledger.AnchorEveryRecords || time.GetElapsedTime(_waitingSince.Value, now) >= ledger.AnchorEvery;
    }
}
