using Evidence.Core;

namespace Evidence.Node.Configuration;

/// <summary>Files that nobody but their owner may touch.</summary>
internal static class OwnerOnlyFile
{
    internal const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file, which must not be there yet, durably. A crash before the move leaves a .new file that the next call replaces, never half a file under the name.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Mode }))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: false);
    }

    /// <exception cref="KeyFileException">The file is not there, or others may touch it.</exception>
    internal static void Check(string path)
    {
        if (!File.Exists(path)) throw new KeyFileException(path, "is not there");
        if (RegularFile.IsStream(path)) throw new KeyFileException(path, "is a pipe or a device and no file");
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~Mode) != 0) throw new KeyFileException(path, $"can be used by others than its owner (mode {Convert.ToString((int)mode, 8)}): chmod 600 it");
    }
}
