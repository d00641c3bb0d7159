namespace Evidence.Core.Seals;

/// <summary>What <see cref="SealScan"/> reads of a seal beside its parts.</summary>
/// <param name="Record">Number of the record.</param>
/// <param name="ReceivedSeconds">Whole seconds from 1970 to when the record was received.</param>
/// <param name="Parts">How many parts it has.</param>
public readonly record struct ScannedSeal(RecordId Record, long ReceivedSeconds, int Parts);
