using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Durable;

/// <summary>A file of the file system.</summary>
internal sealed class DiskFile : IMediumFile
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly SafeFileHandle _handle;

    internal DiskFile(string path, FileMode mode)
    {
        _path = path;
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = mode is FileMode.Open or FileMode.Truncate ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _handle = _file.SafeFileHandle;
    }

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> buffer, long offset) => FileReads.ReadFully(_handle, buffer, offset);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (IOException e) when (DiskError.IsFull(e))
        {
            throw DiskError.Full(_path, e);
        }
    }

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Sync() => Libc.SyncData(_handle, _path);

    public void Reserve(long offset, long length) => DiskError.Translate(_path, () => Libc.Reserve(_handle, _path, offset, length));

    public void WriteOut(long offset, long length, bool wait) => Libc.WriteOut(_handle, _path, offset, length, wait);

    public void DropCache(long offset, long length) => Libc.DropCache(_handle, offset, length);

    public void Dispose() => _file.Dispose();
}
