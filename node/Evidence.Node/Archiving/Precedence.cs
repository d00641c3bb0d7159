namespace Evidence.Node.Archiving;

/// <summary>
/// Who goes first: small records. While they come in, and a little longer, a large record is taken at a pace that leaves them the processors and the medium; alone it goes as fast as it can.
/// </summary>
/// <param name="time">Measures how long ago a small record came.</param>
internal sealed class Precedence(TimeProvider time)
{
    /// <summary>How long after a small record the next one is expected.</summary>
    internal static readonly TimeSpan Expected = TimeSpan.FromMilliseconds(100);

    private long _until = long.MinValue;

    /// <summary>Whether small records are coming in.</summary>
    internal bool SmallRecordsCome => time.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>To be called when a small record has come.</summary>
    internal void SmallRecordCame() => Volatile.Write(ref _until, time.GetTimestamp() + (long)(Expected.TotalSeconds * time.TimestampFrequency));

    /// <summary>The pace of one large record.</summary>
    internal LargeRecordPace Pace() => new(this, time);
}
