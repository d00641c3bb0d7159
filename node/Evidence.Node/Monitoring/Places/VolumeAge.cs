namespace Evidence.Node.Monitoring.Places;

/// <summary>When a volume was last read from end to end and found in order.</summary>
/// <param name="Number">Number of the volume.</param>
/// <param name="At">When the reading began.</param>
internal sealed record VolumeAge(uint Number, DateTimeOffset At);
