using Evidence.Core.Events;

namespace Evidence.Node.Monitoring;

/// <summary>What a sweep counts, each volume and each record once, however often it is read: after a repair, and where a sweep that was cut off had been too trusting.</summary>
internal sealed class SweepCounts
{
    private readonly Dictionary<(string Log, uint Volume), Count> _volumes = [];
    private readonly Dictionary<string, IReadOnlyList<LeafRange>> _damaged = [];

    /// <summary>So many bytes of a volume were read in this pass over it.</summary>
    internal SweepState Read(SweepState state, string log, uint volume, long bytes)
    {
        var known = Take(ref state, log, volume);
        if (bytes <= known.Read) return state;
        _volumes[(log, volume)] = known with { Read = bytes };
        return state with { BytesRead = state.BytesRead + bytes - known.Read };
    }

    /// <summary>So many records of a volume were compared in this pass over it.</summary>
    internal SweepState Checked(SweepState state, string log, uint volume, long records)
    {
        var known = Take(ref state, log, volume);
        if (records <= known.Records) return state;
        _volumes[(log, volume)] = known with { Records = records };
        return state with { RecordsChecked = state.RecordsChecked + records - known.Records };
    }

    /// <summary>A volume was left out that a sweep which was cut off had found in order.</summary>
    internal SweepState Kept(SweepState state, string log, uint volume, long bytes, long records)
    {
        _volumes[(log, volume)] = new Count(0, 0, bytes, records);
        return state with { BytesKept = state.BytesKept + bytes, RecordsKept = state.RecordsKept + records };
    }

    /// <summary>These records of a log are damaged, or were before they were repaired.</summary>
    internal SweepState Damaged(SweepState state, string log, IReadOnlyList<LeafRange> leaves)
    {
        var known = _damaged.GetValueOrDefault(log, []);
        var all = _damaged[log] = LeafRange.Merge(known.Concat(leaves));
        return state with { RecordsDamaged = state.RecordsDamaged + CountOf(all) - CountOf(known) };
    }

    // What is read after all is not left out any more.
    private Count Take(ref SweepState state, string log, uint volume)
    {
        var known = _volumes.GetValueOrDefault((log, volume));
        state = state with { BytesKept = state.BytesKept - known.BytesKept, RecordsKept = state.RecordsKept - known.RecordsKept };
        if (known.BytesKept > 0) _volumes[(log, volume)] = known = default;
        return known;
    }

    private static long CountOf(IReadOnlyList<LeafRange> leaves) => leaves.Sum(static range => (long)(range.To - range.From));

    /// <summary>What was counted of a volume.</summary>
    private readonly record struct Count(long Read, long Records, long BytesKept, long RecordsKept);
}
