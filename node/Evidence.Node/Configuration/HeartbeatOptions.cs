namespace Evidence.Node.Configuration;

/// <summary>What is expected of the monitors of peers.</summary>
/// <param name="Every">Pause between two questions to a peer.</param>
/// <param name="SilentAfter">How long a peer may go without a fresh heartbeat.</param>
/// <param name="SweepWithin">How long the oldest unchecked record of a peer may wait.</param>
internal sealed record HeartbeatOptions(TimeSpan Every, TimeSpan SilentAfter, TimeSpan SweepWithin)
{
    internal static HeartbeatOptions Default { get; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromDays(7));

    /// <summary>Reads the section "heartbeat" of node.json.</summary>
    internal static HeartbeatOptions Read(ConfigSection? heartbeat)
    {
        if (heartbeat is null) return Default;
        var options = new HeartbeatOptions(
            heartbeat.Seconds("everySeconds", Default.Every.TotalSeconds, 0.1, 86_400),
            heartbeat.Seconds("silentAfterSeconds", Default.SilentAfter.TotalSeconds, 0.5, 366 * 86_400),
            heartbeat.Seconds("sweepWithinSeconds", Default.SweepWithin.TotalSeconds, 1, 10 * 366 * 86_400.0));
        if (options.SilentAfter < options.Every) heartbeat.Fail("silentAfterSeconds", $"is shorter than the {options.Every.TotalSeconds} seconds between two questions (everySeconds): every peer would seem silent");
        heartbeat.RefuseUnknownFields();
        return options;
    }
}
