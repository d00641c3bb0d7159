using Evidence.Storage.Durable;

namespace Evidence.Storage;

/// <summary>How a log is stored. The format on disk does not depend on any of it but the size of volumes.</summary>
public sealed record LogStoreOptions
{
    /// <summary>A volume is closed when the next record would make it longer than this, in bytes.</summary>
    public long VolumeBytes { get; init; } = 1L << 30;

    /// <summary>A record whose parts together are larger than this, in bytes, is staged on disk and becomes a volume of its own.</summary>
    public int BufferBytes { get; init; } = 4 << 20;

    /// <summary>How long a batch waits for more records before it is written. Zero takes what is there: while one batch is synced, the next one gathers.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.Zero;

    /// <summary>The most records in one batch.</summary>
    public int BatchRecords { get; init; } = 2048;

    /// <summary>A batch takes no further record once its records hold this many bytes.</summary>
    public long BatchBytes { get; init; } = 32L << 20;

    /// <summary>How many records may be on their way to the medium; whoever comes then waits for room.</summary>
    public int QueueCapacity { get; init; } = 16384;

    /// <summary>How many bytes the records on their way to the medium may hold in memory together; whoever comes then waits for room.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>How many bytes of memory uploads that come in pieces may hold together; what exceeds it goes to the staging folder.</summary>
    public long UploadBytes { get; init; } = 64L << 20;

    /// <summary>Folder of uploads under way, on the same file system as the log; null: <c>staging</c> in the log's folder.</summary>
    public string? StagingFolder { get; init; }

    /// <summary>Bytes that a staged record must leave free on the file system, so that small records and the index find room; 0: none.</summary>
    public long StagingReserveBytes { get; init; }

    /// <summary>A staged record is synced each time it has grown by this, in bytes: an upload loses at most so much by a crash.</summary>
    internal long StagingSyncBytes { get; init; } = 64L << 20;

    /// <summary>Bytes that must be free on the disk for a record to be taken; 0 takes records until a write fails.</summary>
    public long ReserveBytes { get; init; } = 64L << 20;

    internal IMedium Medium { get; init; } = DiskMedium.Instance;
}
