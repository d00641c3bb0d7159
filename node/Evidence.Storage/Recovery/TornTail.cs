namespace Evidence.Storage.Recovery;

/// <summary>Bytes at the end of a volume that are no record.</summary>
/// <param name="Volume">Number of the volume.</param>
/// <param name="Keep">Length up to which it is in order.</param>
/// <param name="Length">Length of the file.</param>
/// <param name="HoldsRecords">Whether whole records lie among those bytes, so that they are worth keeping aside.</param>
/// <param name="WasClosed">Whether the volume was closed behind them, so that they are damage and no append that was broken off.</param>
internal sealed record TornTail(uint Volume, long Keep, long Length, bool HoldsRecords, bool WasClosed);
