namespace Evidence.Storage.Sweeping;

/// <summary>A volume of which every byte is accounted for and as it must be.</summary>
/// <param name="Records">Its records in their order, in the stretches in which they were read.</param>
/// <param name="Entries">Sum of what the index must hold of them.</param>
/// <param name="CacheExcluded">False: the page cache may have answered instead of the medium.</param>
public sealed record OrderedVolume(IReadOnlyList<OrderedRecord[]> Records, EntryPrint Entries, bool CacheExcluded);
