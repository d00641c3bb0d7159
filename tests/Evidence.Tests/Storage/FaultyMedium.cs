using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Tests.Storage;

public enum FaultKind
{
    /// <summary>The step is not done and says so.</summary>
    Failed,

    /// <summary>The step is done and says that it failed.</summary>
    FailedButPersisted,

    /// <summary>Half of a write is done, then it fails; other steps fail.</summary>
    Short,

    /// <summary>As <see cref="Short"/>, because the disk is full.</summary>
    Full,
}

/// <summary>The file system, of which one step goes wrong: the one that <see cref="FailAt"/> counts, or each that <see cref="FailIf"/> picks.</summary>
internal sealed class FaultyMedium : IMedium
{
    private int _steps;

    internal int Steps => _steps;

    internal int FailAt { get; set; } = -1;

    internal Func<string, string, bool>? FailIf { get; set; }

    internal FaultKind Kind { get; set; }

    public IMediumFile Open(string path, FileMode mode) => new FaultyFile(this, path, DiskMedium.Instance.Open(path, mode));

    public void Rename(string from, string to) => Step("rename", to, () => DiskMedium.Instance.Rename(from, to));

    public void Delete(string path) => Step("delete", path, () => DiskMedium.Instance.Delete(path));

    public void CreateFolder(string path) => Step("create folder", path, () => DiskMedium.Instance.CreateFolder(path));

    public void RemoveFolder(string path) => Step("remove folder", path, () => DiskMedium.Instance.RemoveFolder(path));

    public void SyncFolder(string path) => Step("sync folder", path, () => DiskMedium.Instance.SyncFolder(path));

    private void Step(string what, string path, Action action, Action? half = null)
    {
        if (Interlocked.Increment(ref _steps) - 1 != FailAt && FailIf?.Invoke(what, path) != true)
        {
            action();
            return;
        }

        if (Kind == FaultKind.FailedButPersisted) action();
        if (Kind is FaultKind.Short or FaultKind.Full) half?.Invoke();
        if (Kind == FaultKind.Full && what == "write") throw new StorageFullException("no room (injected)");
        throw new IOException($"injected into {what} of {path}");
    }

    private sealed class FaultyFile(FaultyMedium medium, string path, IMediumFile file) : IMediumFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            medium.Step("write", path, () => file.Write(copy, offset), () => file.Write(copy.AsSpan(0, copy.Length / 2), offset));
        }

        public void SetLength(long length) => medium.Step("truncate", path, () => file.SetLength(length));

        public void Sync() => medium.Step("sync", path, file.Sync);

        public void DropCache(long offset, long length) => file.DropCache(offset, length);

        public void Dispose() => file.Dispose();
    }
}
