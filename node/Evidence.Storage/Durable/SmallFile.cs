namespace Evidence.Storage.Durable;

/// <summary>Files that are written whole.</summary>
public static class SmallFile
{
    /// <summary>Replaces or creates a file: after a crash it has the old bytes or the new ones, never a mixture. On return the new ones are on the medium.</summary>
    /// <exception cref="StorageFullException">The disk is full; the old file is as before.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
}
