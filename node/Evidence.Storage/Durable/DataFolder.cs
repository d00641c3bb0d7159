using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Durable;

/// <summary>A node's data folder, held by one process at a time: <c>LOCK</c> is locked (flock) until disposal or the process's end, however it ends.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly SafeFileHandle _lock;

    private DataFolder(string path, SafeFileHandle handle) => (Path, _lock) = (path, handle);

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Takes the folder, creating it (0700) where it is not there.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or another part of this one, has it open.</exception>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(path)) Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = System.IO.Path.Combine(path, "LOCK");
        var handle = Libc.OpenUnlocked(file);
        if (!Libc.TryLock(handle, file))
        {
            using (handle) throw new DataFolderInUseException($"The data folder {path} is in use by process {Holder(handle)}. Stop that node first, or give this one a folder of its own.");
        }

        DiskError.Translate(file, () => NoteHolder(handle));
        return new DataFolder(path, handle);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static void NoteHolder(SafeFileHandle handle)
    {
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
    }

    private static string Holder(SafeFileHandle handle)
    {
        var text = new byte[16];
        var read = FileReads.ReadFully(handle, text, 0);
        return read > 0 ? Encoding.ASCII.GetString(text, 0, read).Trim() : "?";
    }
}
