namespace Evidence.Core.Volumes;

/// <summary>Where a record lies: one contiguous range of a volume, from the first header to the padded end of the seal.</summary>
/// <param name="Volume">Number of the volume, from 1.</param>
/// <param name="Offset">Offset of the record's first header in bytes, a multiple of 512.</param>
/// <param name="Length">Length of the whole record in bytes, a multiple of 512.</param>
/// <param name="Leaf">Index of the record's seal in the log, from 0.</param>
public sealed record Place(uint Volume, ulong Offset, ulong Length, ulong Leaf);
