namespace Evidence.Storage.Durable;

/// <summary>The file system.</summary>
internal sealed class DiskMedium : IMedium
{
    internal static DiskMedium Instance { get; } = new();

    public IMediumFile Open(string path, FileMode mode) => DiskError.Translate(path, () => new DiskFile(path, mode));

    public void Rename(string from, string to) => DiskError.Translate(to, () => File.Move(from, to, overwrite: true));

    public void Delete(string path) => File.Delete(path);

    public void CreateFolder(string path) => DiskError.Translate(path, () => Directory.CreateDirectory(path));

    public void RemoveFolder(string path) => Directory.Delete(path);

    public void SyncFolder(string path) => Libc.SyncFolder(path);

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;
}
