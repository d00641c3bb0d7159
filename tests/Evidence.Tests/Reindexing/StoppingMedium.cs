using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Tests.Reindexing;

/// <summary>The file system, until folders are to change places for a given time: from then on folders stay where they are, as after a crash; or until a file of a given name is to be written, for which there is no room.</summary>
internal sealed class StoppingMedium(int exchange = int.MaxValue, string? file = null) : IMedium
{
    private readonly DiskMedium _disk = DiskMedium.Instance;
    private int _exchanges;

    public void ExchangeFolders(string one, string other)
    {
        if (++_exchanges >= exchange) throw new IOException("The power is gone.");
        ((IMedium)_disk).ExchangeFolders(one, other);
    }

    public IMediumFile Open(string path, FileMode mode) =>
        file is not null && Path.GetFileName(path).StartsWith(file, StringComparison.Ordinal) ? throw new StorageFullException("no room for " + path) : _disk.Open(path, mode);

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void Delete(string path) => _disk.Delete(path);

    public void CreateFolder(string path) => _disk.CreateFolder(path);

    public void RemoveFolder(string path) => _disk.RemoveFolder(path);

    public void SyncFolder(string path) => _disk.SyncFolder(path);
}
