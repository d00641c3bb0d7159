namespace Evidence.Storage.Sweeping;

/// <summary>What the records of a chunk give, all of them in order.</summary>
/// <param name="Records">The records.</param>
/// <param name="Entries">What the index must hold of those that are compared with it.</param>
/// <param name="Lines">Their lines of the volume's manifest; none where it is not closed.</param>
/// <param name="LastReceived">When the last one was received.</param>
internal sealed record ChunkReport(OrderedRecord[] Records, EntryPrint Entries, ManifestLines Lines, DateTimeOffset LastReceived);
