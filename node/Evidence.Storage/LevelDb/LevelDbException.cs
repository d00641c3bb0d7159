namespace Evidence.Storage.LevelDb;

/// <summary>LevelDB reported an error; the message is its own. A message that begins with "Corruption" means damaged files.</summary>
public sealed class LevelDbException(string message) : Exception(message)
{
    /// <summary>Whether damaged files are the cause: the database must be rebuilt.</summary>
    public bool IsCorruption => Message.StartsWith("Corruption", StringComparison.Ordinal);
}
