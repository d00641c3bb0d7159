namespace Evidence.Node.Replication.Possession;

/// <summary>What is known of a peer's copy of a stretch of a volume.</summary>
/// <param name="Length">Bytes that it last proved to have.</param>
/// <param name="Proven">When; null: never, or what it had is gone.</param>
/// <param name="Wrong">Since when it answers with other bytes than the log's; null: it does not.</param>
internal sealed record SegmentState(long Length, DateTimeOffset? Proven, DateTimeOffset? Wrong)
{
    internal static readonly SegmentState Unknown = new(0, null, null);

    /// <summary>Bytes that were proven since <paramref name="from"/>.</summary>
    internal long ProvenSince(DateTimeOffset from) => Wrong is null && Proven >= from ? Length : 0;
}
