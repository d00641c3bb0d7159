using Evidence.Core;

namespace Evidence.Storage.Sweeping;

/// <summary>A record of which every byte is as its seal says.</summary>
/// <param name="Leaf">Index of the seal in the log, as the volume says it.</param>
/// <param name="LeafHash">Leaf hash of the seal; whether it is the log's is for the caller to compare.</param>
/// <param name="Offset">Offset of the record in the volume, in bytes.</param>
/// <param name="Length">Length of the record in bytes.</param>
public readonly record struct OrderedRecord(ulong Leaf, Digest LeafHash, long Offset, long Length);
