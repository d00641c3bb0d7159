namespace Evidence.Storage.LevelDb;

/// <summary>LevelDB reported an error; the message is its own. A message that begins with "Corruption" means damaged files.</summary>
public sealed class LevelDbException(string message) : Exception(message)
{
    /// <summary>Whether damaged files are the cause: the database must be rebuilt.</summary>
    public bool IsCorruption => Message.StartsWith("Corruption", StringComparison.Ordinal);

    /// <summary>Whether the disk was full: the files are as before.</summary>
    public bool IsDiskFull => Message.Contains("No space left on device", StringComparison.Ordinal) || Message.Contains("Disk quota exceeded", StringComparison.Ordinal);

    /// <summary>Whether the process was not let at the files (in use, no permission, too many open files), which says nothing about them.</summary>
    public bool IsRefusal => Message.StartsWith("IO error", StringComparison.Ordinal)
        && (Message.Contains("/LOCK:", StringComparison.Ordinal) || Message.Contains("Permission denied", StringComparison.Ordinal) || Message.Contains("Too many open files", StringComparison.Ordinal));
}
