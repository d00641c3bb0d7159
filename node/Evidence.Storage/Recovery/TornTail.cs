namespace Evidence.Storage.Recovery;

/// <summary>Bytes at the end of a volume that are no record.</summary>
/// <param name="Volume">Number of the volume.</param>
/// <param name="Keep">Length up to which it is in order.</param>
/// <param name="Length">Length of the file.</param>
/// <param name="HoldsRecords">Whether whole records lie among those bytes, so that they are worth keeping aside.</param>
internal sealed record TornTail(uint Volume, long Keep, long Length, bool HoldsRecords);
