using Evidence.Core;

namespace Evidence.Node.Configuration;

/// <summary>Files that nobody but their owner may touch.</summary>
internal static class OwnerOnlyFile
{
    internal const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="KeyFileException">The file is not there, or others may touch it.</exception>
    internal static void Check(string path)
    {
        if (!File.Exists(path)) throw new KeyFileException(path, "is not there");
        if (RegularFile.IsStream(path)) throw new KeyFileException(path, "is a pipe or a device and no file");
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~Mode) != 0) throw new KeyFileException(path, $"can be used by others than its owner (mode {Convert.ToString((int)mode, 8)}): chmod 600 it");
    }
}
