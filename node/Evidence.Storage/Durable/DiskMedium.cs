namespace Evidence.Storage.Durable;

/// <summary>The file system. What is made is for its owner alone: folders 0700, files 0600, where the file system has modes.</summary>
internal sealed class DiskMedium : IMedium
{
    internal static DiskMedium Instance { get; } = new();

    public IMediumFile Open(string path, FileMode mode) => DiskError.Translate(path, () => new DiskFile(path, mode));

    public void Rename(string from, string to) => DiskError.Translate(to, () => File.Move(from, to, overwrite: true));

    public void Delete(string path) => File.Delete(path);

    public void CreateFolder(string path)
    {
        // The framework gives the mode to the last folder only.
        if (Path.GetDirectoryName(path) is { Length: > 0 } above && !Directory.Exists(above)) CreateFolder(above);
        DiskError.Translate(path, () => Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    public void RemoveFolder(string path) => Directory.Delete(path);

    public void SyncFolder(string path) => Libc.SyncFolder(path);

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;
}
