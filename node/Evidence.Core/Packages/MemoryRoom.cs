namespace Evidence.Core.Packages;

/// <summary>How many bytes of members may still be held: those of one record, and those outside of records, have the same room each.</summary>
internal sealed class MemoryRoom(PackageLimits limits)
{
    private RecordId _record;
    private long _ofRecord, _outside;

    /// <summary>Takes room for a member; false when there is none.</summary>
    internal bool TryTake(MemberName name, long size)
    {
        if (size > limits.MaxSmallMemberBytes) return false;
        if (!name.IsOfRecord) return TryTake(ref _outside, size);
        if (name.Record != _record) (_record, _ofRecord) = (name.Record, 0);
        return TryTake(ref _ofRecord, size);
    }

    private bool TryTake(ref long taken, long size)
    {
        if (size > limits.MaxMemoryBytes - taken) return false;
        taken += size;
        return true;
    }
}
