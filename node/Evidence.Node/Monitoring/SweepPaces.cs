using Evidence.Node.Archiving;
using Evidence.Node.Configuration;

namespace Evidence.Node.Monitoring;

/// <summary>The pace of sweeps as the configuration wants it.</summary>
internal sealed class SweepPaces(RecordSealing records, NodeOptions options, TimeProvider time)
{
    /// <summary>The pace of one sweep.</summary>
    /// <param name="hours">When it may read; null: at any time.</param>
    internal SweepPace Within(SweepHours? hours) => new(options.Sweep.BytesPerSecond, time) { Hours = hours, GivesWay = () => records.SmallRecordsCome };
}
