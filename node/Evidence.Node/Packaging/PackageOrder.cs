using Evidence.Core;
using Evidence.Storage;

namespace Evidence.Node.Packaging;

/// <summary>What an evidence package is asked to hold.</summary>
/// <param name="Records">Numbers of records, all of one log; empty when a fonds is asked for.</param>
/// <param name="Fonds">The fonds whose records are asked for; empty when numbers are given.</param>
/// <param name="Log">The log of the fonds.</param>
/// <param name="Checkpoint">Leaves of the anchor that is to be the stated checkpoint; 0 for whichever covers the records.</param>
/// <param name="WithEvents">Whether the event documents that concern the records go with them.</param>
internal sealed record PackageOrder(IReadOnlyList<RecordId> Records, string Fonds, LogStore Log, ulong Checkpoint, bool WithEvents);

/// <summary>What a package will hold.</summary>
/// <param name="Log">The log of its records.</param>
/// <param name="Checkpoint">The stated checkpoint.</param>
/// <param name="Records">The records in the order of their leaves, read when it is their turn.</param>
/// <param name="WithEvents">Whether the event documents that concern them go with them.</param>
internal sealed record PackagePlan(LogStore Log, StatedCheckpoint Checkpoint, IAsyncEnumerable<StoredRecord> Records, bool WithEvents);
