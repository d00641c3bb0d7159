using Evidence.Node.Configuration;

namespace Evidence.Node.Anchoring;

/// <summary>When the next anchor is due: enough records wait, or one has waited long enough.</summary>
internal sealed class AnchorSchedule(LedgerSection ledger, TimeProvider time)
{
    private long? _waitingSince;

    /// <param name="size">Leaves of the log.</param>
    /// <param name="anchored">Leaves that are anchored.</param>
    internal bool IsDue(ulong size, ulong anchored)
    {
        if (size <= anchored)
        {
            _waitingSince = null;
            return false;
        }
        _waitingSince ??= time.GetTimestamp();
        return size - anchored >= ledger.AnchorEveryRecords || time.GetElapsedTime(_waitingSince.Value) >= ledger.AnchorEvery;
    }
}
