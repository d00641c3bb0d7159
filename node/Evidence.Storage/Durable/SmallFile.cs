namespace Evidence.Storage.Durable;

/// <summary>Files that are written whole.</summary>
public static class SmallFile
{
    internal const string TemporarySuffix = ".tmp";

    /// <summary>Replaces or creates a file: after a crash it has the old bytes or the new ones, never a mixture. On return the new ones are on the medium.</summary>
    /// <exception cref="StorageFullException">The disk is full; the old file is as before.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes) => Replace(DiskMedium.Instance, path, bytes);

    /// <summary>Makes the names in a folder last, such as that of a file that was just renamed.</summary>
    public static void SyncFolder(string folder) => DiskMedium.Instance.SyncFolder(folder);

    internal static void Replace(IMedium medium, string path, ReadOnlySpan<byte> bytes)
    {
        Stage(medium, path, bytes);
        medium.SyncFolder(Path.GetDirectoryName(path)!); // a crash before this: the old bytes or the new ones
    }

    /// <summary>As <see cref="Replace(string, ReadOnlySpan{byte})"/>, but the name lasts only once the caller has synced the folder.</summary>
    internal static void Stage(IMedium medium, string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + TemporarySuffix;
        try
        {
            using (var file = medium.Open(temporary, FileMode.Create))
            {
                file.Write(bytes, 0);
                file.Sync(); // a crash up to here: the old file, and a temporary one that the next replacement overwrites
            }

            medium.Rename(temporary, path);
        }
        catch (StorageFullException)
        {
            medium.Delete(temporary);
            throw;
        }
    }
}
