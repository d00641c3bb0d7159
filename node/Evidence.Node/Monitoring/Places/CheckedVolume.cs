using Evidence.Storage.Sweeping;

namespace Evidence.Node.Monitoring.Places;

/// <summary>What a sweep has of a volume that it read from end to end and found in order, every seal the leaf that the tiles hold.</summary>
/// <param name="Number">Number of the volume.</param>
/// <param name="Length">Bytes that were read.</param>
/// <param name="Closed">Whether it was closed.</param>
/// <param name="Records">Its records.</param>
/// <param name="Leaves">Their leaves.</param>
/// <param name="Entries">What the index must hold of them, under the key of the sweep.</param>
internal sealed record CheckedVolume(uint Number, long Length, bool Closed, long Records, IReadOnlyList<LeafRun> Leaves, EntryPrint Entries);
