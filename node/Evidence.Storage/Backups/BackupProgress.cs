namespace Evidence.Storage.Backups;

/// <summary>How far a backup is.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Done">Bytes of its volumes that were looked at.</param>
/// <param name="Total">Bytes of its volumes that are to be looked at.</param>
public sealed record BackupProgress(string Origin, long Done, long Total);
