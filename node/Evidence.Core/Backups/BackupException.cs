namespace Evidence.Core.Backups;

/// <summary>A folder is not a medium that can be gone on with or read: the message says what is wrong, where, and what to do.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
